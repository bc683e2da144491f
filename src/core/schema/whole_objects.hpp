// A model taken apart into whole objects, each a text with all of its parts; and a sum over such
// texts that tells whether two schemas are the same, and that follows when some of them change.
#pragma once

#include "core/schema/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

/// An object that can be read and noted by itself.
struct WholeObject {
    SchemaIdentity identity;
    SchemaIdentity parent; ///< the table of a sequence that one of its columns owns; none for most
    std::string text;      ///< as SchemaModel::to_text says it, with its parts

    friend bool operator==(const WholeObject&, const WholeObject&) = default;
};

/// The whole objects of `model`, by identity.  A sequence is one also where a table owns it.  A
/// part whose whole is not in the model counts as one of its own.
std::vector<WholeObject> whole_objects(const SchemaModel& model);

/// A sum of 64 bits over whole objects, whatever their order: equal for equal ones, and different,
/// but for an accident that nobody will see, for others.  Not meant against forgery.
class SchemaSum {
  public:
    SchemaSum() = default;
    explicit SchemaSum(std::uint64_t value) : value_(value) {}

    /// What an object counts.
    static std::uint64_t of(const SchemaIdentity& identity, std::string_view text);
    static std::uint64_t of(const WholeObject& object) { return of(object.identity, object.text); }

    void add(std::uint64_t count) { value_ += count; }
    void remove(std::uint64_t count) { value_ -= count; }
    std::uint64_t value() const { return value_; }

    /// The sum as a word, and back: nothing for any other text, such as a fingerprint of 1.0.
    std::string word() const;
    static std::optional<SchemaSum> from_word(std::string_view word);

    friend bool operator==(const SchemaSum&, const SchemaSum&) = default;

  private:
    std::uint64_t value_ = 0;
};

} // namespace migrate::core
