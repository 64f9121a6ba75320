// The one clock of the room: every time of a run is seconds of it, so that they can be subtracted.
// Monotonic: a clock that is set while a run goes on would tell speeds that never were.
#pragma once

namespace edgefit {

double monotonic_seconds();

}  // namespace edgefit
