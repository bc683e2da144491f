// A text of no revision in an empty copy of a prefix's schemas.
#pragma once

#include "core/schema/model.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/copy/empty_copy.hpp"

#include <functional>
#include <string>

namespace migrate::engine {

/// The model of the schema that `text` makes from nothing, run as the owner of `prefix`.  Nothing
/// of it stays.  `look` is called while it is there.  Throws Failure, pg::Error.
core::SchemaModel model_of_text(const Prefix& prefix, const std::string& text, pg::CopyWay way,
                                const std::function<void()>& look = {});

} // namespace migrate::engine
