package io.headrace.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be provoked at will; the rest is provoked on each database in the conformance suite. */
class SqlErrorsTest {

    private static R2dbcException mariadb(int code, String message) {
        return new R2dbcDataIntegrityViolationException(message, "23000", code);
    }

    private static R2dbcException h2(int code, String message) {
        return new R2dbcDataIntegrityViolationException(message, Integer.toString(code), code);
    }

    @Test
    void aValueThatLooksLikeTheEndOfTheMessageIsNotTakenForTheKey() {
        R2dbcException error = mariadb(1062, "Duplicate entry 'x' for key 'fake' for key 'real'");

        assertThat(SqlErrors.constraintOf(error)).contains("real");
    }

    @Test
    void aMessageOfAnotherFormNamesNothing() {
        R2dbcException translated = mariadb(1062, "Doppelter Eintrag 'x' für Schlüssel 'real'");
        R2dbcException quoted = h2(23505, "Unique index or primary key violation: \"PUBLIC.\"\"odd key\"\" ON ...");

        assertThat(SqlErrors.constraintOf(translated)).isEmpty();
        assertThat(SqlErrors.constraintOf(quoted)).isEmpty();
        assertThat(SqlErrors.kindOf(translated)).isEqualTo(SqlErrorKind.UNIQUE_VIOLATION);
    }

    @Test
    void theMessageOfAnotherErrorIsNotSearched() {
        assertThat(SqlErrors.columnOf(mariadb(1644, "Column 'raised' cannot be null")))
                .isEmpty();
    }

    @Test
    void anIndexThatH2NamesWithoutAConstraintIsTakenForIt() {
        R2dbcException error = h2(
                23505, "Unique index or primary key violation: \"PUBLIC.ONCE ON PUBLIC.GOODS(NAME) VALUES ( 'x' )\"");

        assertThat(SqlErrors.constraintOf(error)).contains("ONCE");
        assertThat(SqlErrors.tableOf(error)).contains("GOODS");
    }

    @Test
    void theNearestCauseCounts() {
        Exception wrapped = new IllegalStateException("around", mariadb(1048, "Column 'name' cannot be null"));

        assertThat(SqlErrors.kindOf(wrapped)).isEqualTo(SqlErrorKind.NOT_NULL_VIOLATION);
        assertThat(SqlErrors.columnOf(wrapped)).contains("name");
        assertThat(SqlErrors.sqlStateOf(wrapped)).contains("23000");
    }

    @ParameterizedTest
    @CsvSource({"25P03", "25P04", "57P01", "57P04", "57P05", "08006"})
    void aSessionThatPostgresqlEndsIsLost(String state) {
        assertThat(SqlErrors.kindOf(new R2dbcNonTransientResourceException("gone", state)))
                .isEqualTo(SqlErrorKind.CONNECTION_LOST);
    }

    @ParameterizedTest
    @CsvSource({
        "1020, SERIALIZATION_FAILURE",
        "1927, CONNECTION_LOST",
        "1364, NOT_NULL_VIOLATION",
        "3819, CHECK_VIOLATION",
        "90081, NOT_NULL_VIOLATION",
        "90131, SERIALIZATION_FAILURE",
        "90098, CONNECTION_LOST"
    })
    void theCodeOfTheVendorComesBeforeTheState(int code, SqlErrorKind kind) {
        assertThat(SqlErrors.kindOf(mariadb(code, "whatever"))).isEqualTo(kind);
    }

    @Test
    void whatIsNoErrorOfADatabaseIsOther() {
        assertThat(SqlErrors.kindOf(new IllegalStateException())).isEqualTo(SqlErrorKind.OTHER);
        assertThat(SqlErrors.constraintOf(new IllegalStateException())).isEmpty();
        assertThat(SqlErrors.kindOf(new IOException())).isEqualTo(SqlErrorKind.CONNECTION_LOST);
    }
}
