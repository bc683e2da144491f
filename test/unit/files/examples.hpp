// Directories of migration files as values, and what tests expect of reading them.
#pragma once

#include "files/layout.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace migrate::files {

using Files = std::vector<SourceFile>;

inline std::vector<SourceRevision> read_revisions(Layout layout, const Files& files) {
    return read_sources(layout, files).revisions;
}

inline std::vector<std::string> ids_of(const std::vector<SourceRevision>& revisions) {
    std::vector<std::string> result;
    for (const SourceRevision& revision : revisions) {
        result.push_back(revision.revision.id);
    }
    return result;
}

inline std::vector<std::string> messages_of(const std::vector<SourceRevision>& revisions) {
    std::vector<std::string> result;
    for (const SourceRevision& revision : revisions) {
        result.push_back(revision.message);
    }
    return result;
}

/// The error that `function` throws; its message is empty when it throws none.
template <typename Function> SourceError source_error(Function function) {
    try {
        function();
    } catch (const SourceError& error) {
        return error;
    }
    return SourceError("no error was thrown", 0, "");
}

/// Expects that reading `files` fails at `path` and `line`, with `message` as part of the
/// message.
inline void expect_source_error(Layout layout, const Files& files, const std::string& path,
                                int line, const std::string& message) {
    const SourceError error = source_error([&] { read_sources(layout, files); });
    EXPECT_EQ(error.path(), path) << error.what();
    EXPECT_EQ(error.line(), line) << error.what();
    EXPECT_NE(error.message().find(message), std::string::npos) << error.what();
    EXPECT_TRUE(error.message().empty() || error.message().back() != '.') << error.what();
}

} // namespace migrate::files
