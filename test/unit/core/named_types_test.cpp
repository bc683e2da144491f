// Which words of a function's body name types.
#include "core/sql/named_types.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace migrate::core {
namespace {

std::vector<std::string> names_in(std::string_view body, SqlQuoting quoting = SqlQuoting::sql) {
    std::vector<std::string> result;
    for (const NamedType& type : named_types(body, quoting)) {
        result.push_back((type.schema.empty() ? "" : type.schema + ".") + type.name);
    }
    return result;
}

bool names(std::string_view body, const std::string& type, SqlQuoting quoting = SqlQuoting::sql) {
    const auto found = names_in(body, quoting);
    return std::find(found.begin(), found.end(), type) != found.end();
}

TEST(NamedTypes, OfPlpgsqlAndSql) {
    for (const char* body : {
             "DECLARE m mood := 'a'; BEGIN RETURN m; END",
             "DECLARE m CONSTANT mood NOT NULL := 'a'; BEGIN RETURN m; END",
             "DECLARE a int; b text := 'x;y'; m mood; BEGIN END",
             "DECLARE m mood[]; BEGIN END",
             "DECLARE m \"mood\"; BEGIN END",
             "declare M MOOD; begin end",
             "BEGIN DECLARE x mood; BEGIN NULL; END; END",
             "DECLARE c CURSOR (k mood) FOR SELECT 1; BEGIN END",
             "DECLARE r mood%ROWTYPE; BEGIN END",
             "DECLARE open int; m mood; BEGIN END",
             "DECLARE close int := 1; move text; fetch mood; BEGIN END",
             "DECLARE a text := 'x' || (SELECT 1 AS begin); m mood; BEGIN END",
             "<<outer>> DECLARE m mood; BEGIN END",
             "SELECT * FROM f() AS x(first mood)",
             "CREATE TEMP TABLE z (day mood, year int)",
             "CREATE TEMP TABLE z (range int, rows mood)",
             "CREATE TABLE z (LIKE mood)",
             "BEGIN EXECUTE format('CREATE TEMP TABLE z (%I mood)', n); END",
             "SELECT 'a'::mood",
             "SELECT x::mood[] FROM t",
             "SELECT x :: /* here */ mood",
             "SELECT CAST(x AS mood) FROM t",
             "SELECT CAST((SELECT a AS b FROM t) AS mood)",
             "SELECT mood 'a'",
             "SELECT mood('a')",
             "SELECT NULL::mood, 'it''s'",
             "CREATE TEMP TABLE s (i int, m mood NOT NULL)",
             "CREATE TABLE s (m mood)",
             "CREATE TABLE s OF mood",
             "ALTER TABLE s ADD COLUMN m mood DEFAULT 'a'",
             "ALTER TABLE s ADD m mood",
             "ALTER TABLE s ALTER COLUMN m TYPE mood USING m::text::int",
             "SELECT * FROM json_to_record(x) AS r(a int, m mood)",
             "SELECT * FROM f() AS (a int, m mood)",
             "CREATE FUNCTION g(a int, m mood) RETURNS int LANGUAGE sql AS 'SELECT 1'",
             "CREATE FUNCTION g(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'",
             "CREATE FUNCTION g() RETURNS mood LANGUAGE sql AS 'SELECT 1'",
             "CREATE FUNCTION g() RETURNS SETOF mood LANGUAGE sql AS 'SELECT 1'",
             "CREATE FUNCTION g() RETURNS TABLE (a int, m mood) LANGUAGE sql AS 'SELECT 1'",
             "DROP FUNCTION s.g(int, mood)",
             "DROP FUNCTION IF EXISTS g(mood)",
             "ALTER TYPE mood ADD VALUE 'x'",
             "DROP TYPE IF EXISTS mood",
             "COMMENT ON TYPE mood IS 'x'",
             "CREATE DOMAIN d AS mood CHECK (VALUE <> 'a')",
             "CREATE TYPE pair AS (a mood, b int)",
             "CREATE CAST (mood AS text) WITH INOUT",
             "CREATE CAST (text AS mood) WITH INOUT",
             "BEGIN EXECUTE 'SELECT $1::mood' USING x; END",
             "BEGIN EXECUTE format('CREATE TABLE %I (m mood)', n); END",
             "BEGIN EXECUTE $q$DO $i$ DECLARE m mood; BEGIN END $i$ $q$; END",
             "BEGIN EXECUTE E'SELECT \\'a\\'::mood'; END",
             "SELECT 'mood'::regtype",
             "SELECT to_regtype('mood')",
             "SELECT CAST('mood' AS regtype)",
             "SELECT json_value(x, '$' RETURNING mood)",
             "SELECT * FROM xmltable('/a' PASSING x COLUMNS m mood PATH 'm', n mood PATH 'n')",
             "SELECT U&\"\\006dood\" 'a'",
         }) {
        EXPECT_TRUE(names(body, "mood")) << body;
    }
}

TEST(NamedTypes, WithSchema) {
    EXPECT_TRUE(names("SELECT x::app.mood", "app.mood"));
    EXPECT_FALSE(names("SELECT x::app.mood", "mood"));
    EXPECT_TRUE(names("DECLARE x \"App\".\"Mood\"; BEGIN END", "App.Mood"));
    EXPECT_TRUE(names("SELECT app.mood 'a'", "app.mood"));
    EXPECT_TRUE(names("SELECT 'app.mood'::regtype", "app.mood"));
    EXPECT_TRUE(names("SELECT x::db.app.mood", "app.mood"));
}

TEST(NamedTypes, SameWordElsewhere) {
    for (const char* body : {
             "SELECT mood FROM t",
             "SELECT t.mood FROM t",
             "SELECT a AS mood FROM t",
             "SELECT a mood FROM t",
             "SELECT a, b mood, c FROM t",
             "SELECT (SELECT a, b mood FROM t)",
             "SELECT count(DISTINCT mood), max(mood) FROM t",
             "SELECT 'mood'",
             "SELECT 'the mood is good'",
             "SELECT 1 -- x::mood",
             "SELECT 1 /* x::mood /* y::mood */ z::mood */",
             "INSERT INTO t (mood, i) VALUES (1, 2)",
             "INSERT INTO mood VALUES (1)",
             "UPDATE t SET mood = 1 WHERE mood IS NULL",
             "DECLARE mood text; BEGIN mood := 'a'; RETURN mood; END",
             "SELECT * FROM t ORDER BY mood LIMIT 1",
             "SELECT * FROM t JOIN u USING (mood)",
             "SELECT sum(x) OVER (PARTITION BY mood ORDER BY mood)",
             "SELECT x FROM t WHERE (a = 1 AND mood = 2)",
             "SELECT extract(year FROM mood)",
             "SELECT CASE WHEN mood THEN 1 ELSE 2 END",
             "SELECT x::mood_2",
             "SELECT x::\"MOOD\"",
             "SELECT count(*) FROM mood",
             "DELETE FROM t WHERE x IN (mood, 2) RETURNING mood",
             "BEGIN RAISE NOTICE 'mood %', mood; END",
             "SELECT CAST(mood AS text)",
             "SELECT mood::text",
             "SELECT mood.x::text",
             "GRANT SELECT ON mood TO someone",
             "SELECT * FROM t FOR UPDATE OF mood",
         }) {
        EXPECT_FALSE(names(body, "mood")) << body;
    }
}

TEST(NamedTypes, OfOtherLanguages) {
    const auto none = SqlQuoting::none;
    EXPECT_TRUE(names("plpy.execute(\"SELECT 'a'::mood\")", "mood", none));
    EXPECT_TRUE(names("spi_exec_query('SELECT CAST($1 AS app.mood)');", "app.mood", none));
    EXPECT_TRUE(names("q = \"\"\"CREATE TABLE x (m mood)\"\"\"", "mood", none));
    EXPECT_FALSE(names("mood = plpy.execute('SELECT mood FROM t')", "mood", none));
}

TEST(NamedTypes, NeverFails) {
    for (const char* body :
         {"",     "'",    "\"",    "$",    "$$",       "$a$",       "::",
          "x::",  "x::.", "CAST(", "AS",   "(",        ")",         "/*",
          "--",   "E'",   "E'\\",  "U&'",  "U&\"\\00", "DECLARE",   "ADD",
          "TYPE", ".",    "a.",    "a.b.", "'a'::",    "DROP TYPE", "ALTER TYPE x RENAME"}) {
        named_types(body, SqlQuoting::sql);
        named_types(body, SqlQuoting::none);
        type_changes(body);
    }
    // Literals within literals, deeper than any stack.
    std::string deep;
    for (int i = 0; i < 20000; i++) {
        deep += "$a" + std::to_string(i) + "$ x::t" + std::to_string(i) + " ";
    }
    named_types(deep, SqlQuoting::sql);
    type_changes(deep);
}

std::string changes_in(std::string_view text) {
    std::string result;
    for (const TypeChange& change : type_changes(text)) {
        result += change.kind == TypeChange::Kind::created ? " +" : " -";
        result += (change.type.schema.empty() ? "" : change.type.schema + ".") + change.type.name;
    }
    return result;
}

TEST(TypeChanges, InTheirOrder) {
    EXPECT_EQ(changes_in("BEGIN CREATE TYPE a AS ENUM (); EXECUTE 'CREATE DOMAIN s.b AS int'; END"),
              " +a +s.b");
    EXPECT_EQ(changes_in("SELECT 1; -- CREATE TYPE a AS ENUM ()"), "");
    EXPECT_EQ(
        changes_in("DROP TYPE IF EXISTS a, s.b CASCADE; ALTER TYPE c RENAME TO d; ALTER TYPE e "
                   "ADD VALUE 'f'; ALTER TYPE e RENAME VALUE 'f' TO 'g'; DROP TABLE g"),
        " -a -s.b -c");
    EXPECT_EQ(changes_in("ALTER TYPE a RENAME TO b; CREATE TYPE a AS ENUM (); DROP TYPE b"),
              " -a +a -b");
}

} // namespace
} // namespace migrate::core
