// An empty copy of what belongs to a prefix: its schemas without its objects, in which its history
// begins anew.
#pragma once

#include "engine/tables/prefix.hpp"
#include "pg/copy/empty_copy.hpp"
#include "pg/script/copy_twins.hpp"

#include <functional>
#include <span>
#include <string>

namespace migrate::engine {

/// Has `work` run where nothing of `prefix` is there, recorded or applied, and rolls all of it
/// back.  `texts` are those that will run: what they make that is in no schema goes out of their
/// way, too.  Strangers in the schemas of the prefix stay where they are; for a prefix that may
/// take any name, objects of nobody are not among them.  Throws as pg::in_empty_copy.
void in_empty_copy_of(const Prefix& prefix, std::span<const std::string> texts, pg::CopyWay way,
                      const std::function<void(pg::EmptyCopy&)>& work);

} // namespace migrate::engine
