// The translations of po/, compiled by msgfmt and put into the program by cmake/Catalogues.cmake.
#pragma once

#include <string_view>

namespace edgefit {

std::string_view catalogue_de();

}  // namespace edgefit
