package io.headrace.core.sql;

import static io.headrace.core.sql.SessionEffect.ADVISORY_LOCKS;
import static io.headrace.core.sql.SessionEffect.CURSORS;
import static io.headrace.core.sql.SessionEffect.LASTING;
import static io.headrace.core.sql.SessionEffect.NOTIFICATIONS;
import static io.headrace.core.sql.SessionEffect.ROLE;
import static io.headrace.core.sql.SessionEffect.SETTINGS;
import static io.headrace.core.sql.SessionEffect.TEMPORARY_OBJECTS;
import static io.headrace.core.sql.SessionEffect.TRANSACTION;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionEffectTest {

    static Stream<Arguments> effects() {
        return Stream.of(
                Arguments.of("BEGIN", Set.of(TRANSACTION)),
                Arguments.of("\n\tbegin isolation level serializable", Set.of(TRANSACTION)),
                Arguments.of("/* why */ Start -- so\n transaction", Set.of(TRANSACTION)),
                Arguments.of("SET search_path = shop", Set.of(SETTINGS)),
                Arguments.of("set session statement_timeout to '1s'", Set.of(SETTINGS)),
                Arguments.of("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", Set.of(SETTINGS)),
                Arguments.of("SET TIME ZONE 'UTC'", Set.of(SETTINGS)),
                Arguments.of("RESET work_mem", Set.of(SETTINGS)),
                Arguments.of("SELECT set_config('work_mem', $1, false)", Set.of(SETTINGS)),
                Arguments.of("SET ROLE reader", Set.of(ROLE)),
                Arguments.of("SET SESSION ROLE reader", Set.of(ROLE)),
                Arguments.of("SET SESSION AUTHORIZATION reader", Set.of(ROLE)),
                Arguments.of("LISTEN orders", Set.of(NOTIFICATIONS)),
                Arguments.of("CREATE TEMP TABLE t (a int)", Set.of(TEMPORARY_OBJECTS)),
                Arguments.of("create or replace temporary view v as select 1", Set.of(TEMPORARY_OBJECTS)),
                Arguments.of("CREATE TABLE pg_temp.t (a int)", Set.of(TEMPORARY_OBJECTS)),
                Arguments.of("SELECT 1 AS a INTO TEMP t", Set.of(TEMPORARY_OBJECTS)),
                Arguments.of("SELECT pg_advisory_lock($1)", Set.of(ADVISORY_LOCKS)),
                Arguments.of("SELECT id FROM jobs WHERE pg_try_advisory_lock_shared(id)", Set.of(ADVISORY_LOCKS)),
                Arguments.of("DECLARE c CURSOR WITH HOLD FOR SELECT 1", Set.of(CURSORS)),
                Arguments.of("PREPARE p AS SELECT 1", Set.of(LASTING)),
                Arguments.of("DEALLOCATE ALL", Set.of(LASTING)),
                Arguments.of("DISCARD ALL", Set.of(LASTING)),
                Arguments.of("LOAD 'auto_explain'", Set.of(LASTING)),
                Arguments.of("SELECT 1; SET a.b = 1; LISTEN x; BEGIN", Set.of(SETTINGS, NOTIFICATIONS, TRANSACTION)));
    }

    @ParameterizedTest
    @MethodSource("effects")
    void whatAStatementLeavesBehindIsReadOffItsText(String text, Set<SessionEffect> effects) {
        assertThat(SessionEffect.of(text, SqlSyntax.STANDARD)).isEqualTo(effects);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "SELECT 1",
                "SELECT 'BEGIN'",
                "COMMIT",
                "SET LOCAL search_path = shop",
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SET CONSTRAINTS ALL DEFERRED",
                "UPDATE t SET a = 1, role = 2",
                "SELECT pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(2)",
                "INSERT INTO temperatures VALUES (1)",
                "SELECT temp FROM weather",
                "DECLARE c CURSOR FOR SELECT 1",
                "PREPARE TRANSACTION 'a'",
                "SELECT 'SET a = 1; LISTEN b' -- ; LISTEN c\n, \"LISTEN\", $$; LISTEN d$$",
                "SELECT 'no end"
            })
    void whatEndsWithItsTransactionOrIsOnlyWrittenLeavesNothing(String text) {
        assertThat(SessionEffect.of(text, SqlSyntax.STANDARD)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET @a = 1", "SET NAMES utf8", "# why\nSET autocommit = 0"})
    void settingsOfMysqlAreSeen(String text) {
        assertThat(SessionEffect.of(text, SqlSyntax.MYSQL)).containsExactly(SETTINGS);
    }
}
