// Rules for names: what a prefix may be called, and which object names it reserves.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace migrate::core {

/// Which names the objects of a prefix may have.
enum class Naming {
    prefixed, // the prefix itself, or the prefix, an underscore and more
    any       // any name that no other prefix has
};

/// Throws Failure(invalid_argument) for anything but `prefixed` and `any`.
Naming parse_naming(std::string_view text);
/// The word that it reads.
const char* word_of(Naming naming) noexcept;

/// Whether a prefix can be made under that name.
bool is_prefix_name(std::string_view name);

/// Throws Failure(invalid_name) unless `name` matches [a-z][a-z0-9_]* and has at most
/// 40 bytes.
void check_prefix_name(std::string_view name);

/// Whether `object` is `prefix` or begins with `prefix` and an underscore.
bool is_prefixed(std::string_view object, std::string_view prefix);

/// Names that prefixes reserve, each in its schema.
class Reservations {
  public:
    /// `holder` is whatever number the caller knows the prefix by.
    void add(std::string_view schema, std::string_view prefix, std::size_t holder);

    /// Who reserves the name `object` in `schema`: the longest prefix wins.  Takes time
    /// in proportion to the length of the name.
    std::optional<std::size_t> holder_of(std::string_view schema, std::string_view object) const;

  private:
    std::unordered_map<std::string, std::size_t> holders_;
};

} // namespace migrate::core

#include "core/no_postgres.hpp"
