// Files for revisions that somebody is about to write: a new one, or one that merges others.
#pragma once

#include "client/cli/options.hpp"
#include "client/output/output.hpp"

namespace migrate::client {

/// Writes the native file of a revision whose parents are what the directory's files say, or
/// --head and --branch.  Throws ClientError, also where the directory has another layout.
ExitStatus write_new_file(const Options& options, const Output& output);

/// The same with the heads of the directory, or the revisions that are named, as parents.
ExitStatus write_merge_file(const Options& options, const Output& output);

/// The directory that was given, else `migrations` if there is one.
std::string chosen_directory(const Options& options);

} // namespace migrate::client
