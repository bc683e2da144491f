// Writing revisions as native files: from the server (export) and from elsewhere.
#pragma once

#include "client/output/output.hpp"
#include "client/server/session.hpp"
#include "files/native.hpp"

#include <span>
#include <string>
#include <vector>

namespace migrate::client {

struct DatedRevision {
    files::SourceRevision revision;
    files::FileTime time; ///< begins the name of its file
};

struct WrittenFile {
    std::string path; ///< as the user would open it
    std::string revision;
    bool is_new; ///< false: the file was there with this very text
};

/// Writes a file per revision into `directory`, which is made where it is missing; with
/// `dry_run`, only tells what would be written.  A revision that a file of the directory
/// holds already keeps that file.  Throws ClientError, before anything is written, where a
/// file has another text than it should get, and where the directory has another layout.
std::vector<WrittenFile> write_native_files(const std::string& directory,
                                            std::span<const DatedRevision> revisions, bool dry_run);

/// What was written, file by file with --verbose or --json, and its sum.
void tell_written(std::span<const WrittenFile> files, const Options& options, const Output& output);

/// The command: all registered revisions of a prefix into options.directory.
ExitStatus export_files(Session& session, const Options& options, const Output& output);

} // namespace migrate::client
