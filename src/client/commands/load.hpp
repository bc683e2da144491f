// Registering the revisions of a directory.  The server says of each whether it is new,
// changed or known; nothing is decided here.
#pragma once

#include "client/commands/directory.hpp"
#include "client/output/output.hpp"
#include "client/server/session.hpp"

#include <string>
#include <vector>

namespace migrate::client {

struct LoadedFile {
    std::string path; ///< as the user would open it
    std::string revision;
    std::string result; ///< registered, replaced or unchanged
};

/// Something about the files that the user should know, at a place in them.
struct LoadRemark {
    std::string place; ///< "path:line", or empty
    std::string text;
    bool is_warning;
};

struct Loaded {
    std::vector<LoadedFile> files;
    std::vector<LoadRemark> remarks;

    std::size_t count(std::string_view result) const;
};

/// Files that were changed after they were applied: what() says which, differences() how.
class ChangedFiles : public ClientError {
  public:
    ChangedFiles(const ClientError& error, std::string differences)
        : ClientError(error), differences_(std::move(differences)) {}

    const std::string& differences() const noexcept { return differences_; }

  private:
    std::string differences_;
};

/// Registers everything within the transaction that is open.  Throws ChangedFiles, ClientError
/// and, for all else that the server refuses, ServerError; the transaction is aborted then.
Loaded register_directory(Session& session, const Directory& directory,
                          const std::optional<std::string>& prefix);

/// The command, all of it in one transaction.
ExitStatus load(Session& session, const Directory& directory, const Options& options,
                const Output& output);

/// Remarks, files and their sum, as --verbose and --quiet want them.
void tell_loaded(const Loaded& loaded, const Options& options, const Output& output);

} // namespace migrate::client
