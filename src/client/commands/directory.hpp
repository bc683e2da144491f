// A directory of migration files, read whole, and the places in it that errors of the server
// speak of.
#pragma once

#include "client/failure.hpp"
#include "files/layout.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace migrate::client {

struct Directory {
    std::string path; ///< as it was given
    files::Layout layout;
    files::Sources sources;
};

/// Reads the files of the directory `path`; hidden ones are left out.  `layout`: none to let
/// the files tell.  Throws ClientError, with file and line where there are any.
Directory read_directory(const std::string& path, std::optional<files::Layout> layout);

/// Files of one directory, without reading them as anything.
std::vector<files::SourceFile> read_files(const std::string& path);

/// `path` of a source as the user would open it.
std::string path_in(const std::string& directory, std::string_view path);

/// Where in the files the text of a revision is.
class Places {
  public:
    Places() = default;
    explicit Places(const Directory& directory);

    /// "path:line" of what an error or notice of the server is about, read from its CONTEXT
    /// and DETAIL; `is_up` tells which text a run was running.  Empty when there is no file.
    std::string place_of(const Report& report, bool is_up) const;

    /// "path:line" of the text itself.
    std::string place_of(const files::SourceText& text, int line = 1) const;

  private:
    std::string place_in(const std::string& revision, bool is_up, int line) const;

    const Directory* directory_ = nullptr;
    std::unordered_map<std::string, const files::SourceRevision*> revisions_;
};

} // namespace migrate::client
