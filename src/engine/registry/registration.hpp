// Registering a revision: its names, parents and texts are checked, then its row is written.
#pragma once

#include "core/graph/graph.hpp"
#include "engine/tables/prefix.hpp"

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

enum class Registered { as_new, unchanged, replaced };

/// Registers a revision; what became of it.  Both texts are parsed.  Throws for names, texts and
/// parents that cannot be, and for a revision that is applied with other content.
Registered put_revision(const Registration& request);

/// Registers under a generated id of 12 hexadecimal digits, which it returns.
std::string put_new_revision(Registration request);

/// Throws for an instance, which has no revisions of its own; `what` completes "cannot …".
void refuse_instance(const Prefix& prefix, const char* what);

/// The prefixes in which revision `id` of `source` is applied, as messages name them.
std::vector<std::string> applied_in(const std::string& source, const std::string& id,
                                    const core::Graph& graph);

} // namespace migrate::engine
