// The rules once more, written from their text with sets of strings and without a
// thought for speed, to compare the real resolver with.
#pragma once

#include "core/failure.hpp"
#include "core/graph/revision.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace migrate::core::naive {

using Set = std::set<std::string>;

struct Outcome {
    std::optional<FailureCode> error;
    std::vector<std::string> steps;
    Set other_line;
    Set rows;
};

class World {
  public:
    World(std::vector<Revision> history, Set rows);

    Outcome upgrade(const std::string& text) const;
    Outcome downgrade(const std::string& text) const;
    Outcome stamp(const std::string& text) const;
    /// Maximal elements of what `revisions` reach over ALL.
    Set maximal(const Set& revisions) const;

  private:
    enum class Edge { parent, all };
    struct Parts;

    Set resolved(const Revision& revision, Edge edge) const;
    const Set& needs(const std::string& id, Edge edge) const;
    const Set& reach(const std::string& id, Edge edge);
    Set below(const Set& start, Edge edge) const;
    Set above(const Set& start, Edge edge) const;
    Set on_line(const std::string& branch) const;
    Set bases() const;
    Set children(const std::string& id) const;
    Set starts(const Parts& parts) const;

    Parts parse(std::string text) const;
    std::string lookup(const std::string& name) const;
    Set heads(const Parts& parts) const;
    std::string anchor(const Parts& parts, bool must_be_on_line) const;
    std::string walk(std::string from, int steps, const std::optional<std::string>& branch) const;
    Set goals(const std::string& text) const;
    Outcome take_back(const std::string& text) const;
    Set stamped(const std::string& text) const;
    std::vector<std::string> ordered(Set revisions) const;

    std::vector<std::string> registered_;
    std::map<std::string, Revision> history_;
    std::map<std::string, Set> parents_;
    std::map<std::string, Set> needs_;
    std::map<std::string, Set> ancestors_;
    std::map<std::string, Set> reached_;
    Set all_;
    Set rows_;
    Set applied_;
};

} // namespace migrate::core::naive
