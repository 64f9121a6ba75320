// Compiled as if it lay in src/size; must fail, because no path leads from there to src/read.
#include "edgefit/size.h"
#include "read/families.h"
