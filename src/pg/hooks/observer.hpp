// What a running text does to objects, as the server's hooks see it, from statements,
// DO blocks, functions and EXECUTE alike.  The hooks rest unless an observer is set.
#pragma once

#include <string>
#include <string_view>

#include "pg/wall/types.hpp"

namespace migrate::pg {

/// Told of each event as it happens; may throw core::Failure or Error to stop it.
/// In `created` and `altered` the new state is not visible yet.
class ObjectObserver {
  public:
    virtual ~ObjectObserver() = default;
    virtual void created(const ObjectAddressKey& object) = 0;
    virtual void altered(const ObjectAddressKey& object) = 0;
    /// Before `object` goes, dependents first, cascades included.  `subject` is what people
    /// know it as, most often itself (see subject_of).
    virtual void dropping(const ObjectAddressKey& object, const ObjectAddressKey& subject) = 0;
    /// An object that a statement names, before the statement does anything to it.  `verb`
    /// completes "the revision would … it".
    virtual void touching(const ObjectAddressKey& object, std::string_view verb) = 0;
    /// INSERT, UPDATE, DELETE, MERGE, COPY FROM, TRUNCATE, REFRESH: before it happens.
    virtual void writing(ObjectId relation) = 0;
    /// From the beginning of a statement that gives names, schemas or labels others than they were,
    /// to its end; not told of the end of one that fails.
    virtual void renaming_begins() = 0;
    virtual void renaming_ends() = 0;
    /// Something about an object becomes another that no other event tells.
    virtual void changing(const ObjectAddressKey& object) = 0;
    /// The same about objects that cannot be told.
    virtual void changing_anything() = 0;
    /// A utility statement has ended, also one within a DO block or function.
    virtual void statement_ended() = 0;
    virtual void label_added(ObjectId type, const std::string& label) = 0;
    /// Whether `statement`, which creates a type or adds a label to one, is not to be run, for what
    /// it would make is there.
    virtual bool passes_over(std::string_view statement) = 0;
};

/// Sets the observer for as long as it lives.  One at a time.
class Observation {
  public:
    explicit Observation(ObjectObserver& observer);
    ~Observation();
    Observation(const Observation&) = delete;
    Observation& operator=(const Observation&) = delete;
};

/// No observer is told of what happens while this lives: our own statements.
class ObservationPause {
  public:
    ObservationPause();
    ~ObservationPause();
    ObservationPause(const ObservationPause&) = delete;
    ObservationPause& operator=(const ObservationPause&) = delete;

  private:
    ObjectObserver* observer_;
};

/// Puts our hooks in front of those that are there.  Once, from _PG_init.
void install_object_hooks();

} // namespace migrate::pg
