package io.headrace.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LockableSelectTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t",
                "select id from t where name = 'UNION' -- FOR UPDATE",
                "SELECT substring(name FOR 3) FROM t",
                "SELECT id FROM t WHERE id IN (SELECT id FROM u UNION SELECT id FROM v)",
                "WITH due AS (SELECT id FROM t FOR UPDATE) SELECT * FROM due",
                "WITH gone AS (DELETE FROM t RETURNING id) SELECT * FROM u",
                "SELECT id AS \"for\", 1 AS \"update\" FROM t"
            })
    void aLockCanBePutBehindASelect(String statement) {
        assertThat(LockableSelect.refusal(statement, SqlSyntax.STANDARD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE t SET a = 1, SELECT",
        "WITH due AS (SELECT id FROM t) UPDATE u SET a = 1, SELECT",
        "VALUES (1), SELECT",
        "'', SELECT",
        "SELECT * FROM t FOR UPDATE, of its own",
        "select * from t for no key update skip locked, of its own",
        "SELECT * FROM t FOR KEY SHARE OF t, of its own",
        "SELECT * FROM t LOCK IN SHARE MODE, of its own",
        "SELECT 1 UNION ALL SELECT 2, UNION"
    })
    void whatIsNoPlainSelectIsRefused(String statement, String reason) {
        assertThat(LockableSelect.refusal(statement, SqlSyntax.STANDARD))
                .hasValueSatisfying(refusal -> assertThat(refusal).contains(reason));
    }
}
