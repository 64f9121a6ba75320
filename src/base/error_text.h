// What the system says of an error number, in the user's language: libc translates only where its locale is installed.
#pragma once

namespace edgefit {

/// "No space left on device" for ENOSPC.
const char* error_text(int error);

}  // namespace edgefit
