// Labels that ALTER TYPE … ADD VALUE has added: the server lets nobody use them before a COMMIT,
// for an index that got one would be broken by a rollback.  In an empty copy, whose indexes go by
// that rollback as well, they may be used as after one.
#pragma once

#include <vector>

namespace migrate::pg {

class NewLabels {
  public:
    /// Notes the labels that the transaction has added so far: those stay as they are.
    NewLabels();

    /// Those added since may be used.  Only when none is of a type that was there before the copy.
    void allow() const;

  private:
    std::vector<char> before_;
};

} // namespace migrate::pg
