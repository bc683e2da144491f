// Putting revisions into the server, and taking them out again.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

struct Registration {
    std::string id;
    std::string up;
    std::optional<std::string> down;
    std::string message;
    std::optional<std::vector<std::string>> down_revision; // nothing: the single head
    std::vector<std::string> depends_on;
    std::vector<std::string> branch_labels;
    std::optional<std::string> prefix;
};

/// Registers a revision; `registered`, `unchanged` or `replaced`.  Both texts are parsed.
/// Throws for names, texts and parents that cannot be, and for a revision that is applied
/// with other content.  `command` names the function that was called, for messages.
std::string register_revision(const Registration& request, const char* command);

/// Registers under a generated id of 12 hexadecimal digits, which it returns.
std::string create_revision(Registration request, const char* command);

/// Takes out a revision that nothing builds on and that is applied nowhere.
void unregister_revision(const std::string& id, const std::optional<std::string>& prefix);

} // namespace migrate::engine
