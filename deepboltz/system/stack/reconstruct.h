// What an autoencoder makes of cases, and what as many principal components keep of them, in the data's own numbers.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/model/principal_components.h"
#include "deepboltz/system/kind.h"

namespace deepboltz {

// Whether the cases are counts of words.
bool are_documents(const System& system);

// The cases themselves, and as the autoencoder gives them back: (cases, units) f32 or f64 each. Of documents the second
// has shares of words.
Tensor data_of(Context& ctx, const System& system, const Cases& cases);
Tensor reconstructed(Context& ctx, const System& system, const Cases& cases);

// The means of a layer of the network; empty: of the code. InputError: there is no such layer.
Codes codes_of(Context& ctx, const System& system, const Cases& cases, const std::string& layer);

// The principal components of the training cases, as many as the code has numbers; absent: there are too many units for
// them, or the cases are documents.
std::optional<PrincipalComponents> rival_components(Context& ctx, const System& system, const Cases& train);

}  // namespace deepboltz
