#include "base/error_text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "edgefit/text.h"

namespace edgefit {
namespace {

struct Row {
  int error;
  const char* text;
};
/// What happens to files, pipes and children, in the words of glibc.
constexpr std::array kRows = {
    Row{EPERM, mark("Operation not permitted")},
    Row{ENOENT, mark("No such file or directory")},
    Row{EIO, mark("Input/output error")},
    Row{ENXIO, mark("No such device or address")},
    Row{ENOMEM, mark("Cannot allocate memory")},
    Row{EACCES, mark("Permission denied")},
    Row{EBUSY, mark("Device or resource busy")},
    Row{EEXIST, mark("File exists")},
    Row{ENODEV, mark("No such device")},
    Row{ENOTDIR, mark("Not a directory")},
    Row{EISDIR, mark("Is a directory")},
    Row{EINVAL, mark("Invalid argument")},
    Row{EMFILE, mark("Too many open files")},
    Row{ETXTBSY, mark("Text file busy")},
    Row{EFBIG, mark("File too large")},
    Row{ENOSPC, mark("No space left on device")},
    Row{EROFS, mark("Read-only file system")},
    Row{ENAMETOOLONG, mark("File name too long")},
    Row{ELOOP, mark("Too many levels of symbolic links")},
    Row{EDQUOT, mark("Disk quota exceeded")},
    Row{EOVERFLOW, mark("Value too large for defined data type")},
};

}  // namespace

const char* error_text(int error) {
  const auto* row =
      std::find_if(kRows.begin(), kRows.end(), [error](const Row& known) { return known.error == error; });
  return row == kRows.end() ? std::strerror(error) : tr(row->text);
}

}  // namespace edgefit
