// What must hold of the core for any input; shared by the fuzzer and the unit tests.
//
// An input is text, a line for each thing, its fields between single blanks and the items of a
// list between commas, `-` for none:
//   revision ID PARENTS DEPENDS_ON LABELS    all of them make the graph
//   applied IDS                              the stored rows
//   target TEXT, range TEXT                  what is planned and looked at
//   targets TEXTS                            what is stamped and merged
//   text TEXT                                a message, a name, a literal, a revision's text
// Other lines mean nothing.
#pragma once

#include <string_view>

namespace migrate::core {

/// Throws std::logic_error that says what does not hold.  An input that the core refuses is fine.
void check_core(std::string_view input);

} // namespace migrate::core
