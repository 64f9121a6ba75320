// Signatures of models: which files with which digests a bundle says it signs. The signature itself is not verified
// here, only whether the files are still those that were signed.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "edgefit/result.h"

namespace edgefit {

/// Hexadecimal SHA-256 by path, relative to the bundle's folder.
using SignedFiles = std::map<std::string, std::string, std::less<>>;

bool is_signature_name(std::string_view path);

/// A sigstore bundle with an in-toto statement, as OpenSSF model-signing writes it
/// (sigstore/model-transparency, docs/model_signing_format.md). A Problem for signatures of any other kind.
Result<SignedFiles> read_signature(std::string_view text, const std::string& where);

}  // namespace edgefit
