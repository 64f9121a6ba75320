// Times `edgefit inspect FILE` as its user does: a whole process, from its start to its end. The files are made here:
// the header of a model of 671 billion weights, and the index of a checkpoint of 163 shards.
#pragma once

namespace edgefit::bench {

/// Prints median time and largest resident set of 15 runs of each.
void print_whole_processes();

}  // namespace edgefit::bench
