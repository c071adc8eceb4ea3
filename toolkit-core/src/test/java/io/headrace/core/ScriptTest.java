package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.ParameterException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

@PostgresTest
class ScriptTest {

    private final TestPostgres postgres;
    private final Database db;

    ScriptTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @BeforeEach
    void createLog() {
        postgres.execute("DROP TABLE IF EXISTS log");
        postgres.execute("CREATE TABLE log (line text)");
    }

    @Test
    void theStatementsOfAScriptRunInOrder() {
        db.sql(
                        """
                        -- a comment; not a statement
                        INSERT INTO log VALUES ('a;b'); /* ; */
                        CREATE OR REPLACE FUNCTION note(l text) RETURNS void LANGUAGE plpgsql AS $$
                        BEGIN
                          INSERT INTO log VALUES (l); INSERT INTO log VALUES (l);
                        END $$;
                        CREATE OR REPLACE FUNCTION twice(i int) RETURNS int LANGUAGE sql
                          BEGIN ATOMIC SELECT i; SELECT CASE WHEN true THEN i * 2 END; END;
                        ;
                        SELECT note('c'), twice(2);
                        UPDATE log SET line = line || '!' WHERE line = 'c'
                        """)
                .run()
                .as(StepVerifier::create)
                .verifyComplete();

        assertThat(postgres.queryString("SELECT string_agg(line, ' ' ORDER BY line) FROM log"))
                .isEqualTo("a;b c! c!");
    }

    @Test
    void aScriptStopsAtTheFirstErrorAndSaysWhere() {
        db.sql("INSERT INTO log VALUES ('kept'); INSERT INTO lag VALUES ('x'); INSERT INTO log VALUES ('never')")
                .run()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> {
                    assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.SYNTAX);
                    assertThat(error.getSuppressed()).anySatisfy(trace -> assertThat(trace)
                            .hasMessageContaining("in statement: INSERT INTO >>>lag VALUES ('x')"));
                });

        assertThat(postgres.queryString("SELECT string_agg(line, ' ') FROM log"))
                .isEqualTo("kept");
    }

    @Test
    void aScriptRunsInTheCurrentTransaction() {
        TransactionScope.of(db.sessions(), TransactionMode.defaults())
                .mono(session -> db.sql("INSERT INTO log VALUES ('a'); INSERT INTO log VALUES ('b'); SELECT 1/0")
                        .run())
                .as(StepVerifier::create)
                .verifyErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.DATA);

        assertThat(postgres.queryLong("SELECT count(*) FROM log")).isZero();
    }

    @Test
    void aScriptWithParametersIsRefusedWithTheirPlace() {
        assertThatThrownBy(() -> db.sql("DELETE FROM log; INSERT INTO log VALUES (:line)"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("2 statements")
                .hasMessageContaining(":line at position 42")
                .hasMessageContaining(">>>:line");
    }

    @Test
    void onlyRunTakesAScript() {
        StepVerifier.create(db.sql("DELETE FROM log; DELETE FROM log").update())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ParameterException.class)
                        .hasMessageContaining("only run() takes a script"));
        StepVerifier.create(db.sql("SELECT 1; SELECT 2").as(Integer.class).flux())
                .verifyError(ParameterException.class);
    }

    @Test
    void aTextWithoutAStatementIsRefused() {
        StepVerifier.create(db.sql(" -- nothing ;\n ; ").update()).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("holds no statement"));
    }

    @Test
    void aSemicolonAtTheEndIsNoScript() {
        db.sql("SELECT :a::int4; -- done\n")
                .bind("a", 7)
                .as(Integer.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(7)
                .verifyComplete();
    }
}
