#include "cli/cli.h"

int main(int argc, char** argv) {
  return edgefit::run_cli(argc, argv);
}
