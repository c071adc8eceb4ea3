package io.headrace.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.error.UnsupportedFeatureException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

class DialectsTest {

    private static final List<String> COLUMNS = List.of("shop", "item", "amount");
    private static final List<String> KEY = List.of("shop", "item");

    private static Dialect named(String name) {
        return Dialects.of(new ConnectionFactory() {
            @Override
            public Publisher<? extends Connection> create() {
                return Mono.error(new UnsupportedOperationException("only its name is wanted"));
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return () -> name;
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "PostgreSQL, PostgresqlDialect",
        "H2, H2Dialect",
        "MariaDB, MariadbDialect",
        "MySQL, MariadbDialect",
        "Oracle, GenericDialect"
    })
    void theDialectIsChosenByTheNameOfTheProductAndKeepsIt(String name, String type) {
        assertThat(named(name).getClass().getSimpleName()).isEqualTo(type);
        assertThat(named(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {"PostgreSQL, $3, true", "H2, $3, true", "MariaDB, ?, false"})
    void markersAreTheDriversOwn(String name, String third, boolean repeats) {
        assertThat(named(name).marker(2)).isEqualTo(third);
        assertThat(named(name).repeatsMarkers()).isEqualTo(repeats);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "PostgreSQL, a\"b`c, \"a\"\"b`c\"",
                "H2, a\"b`c, \"a\"\"b`c\"",
                "H2, a;\\b, U&\"a\\003b\\\\b\"",
                "MariaDB, a\"b`c, `a\"b``c`"
            })
    void identifiersAreQuotedSoThatTheyEndWhereTheyShould(String name, String identifier, String quoted) {
        assertThat(named(name).quote(identifier)).isEqualTo(quoted);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "PostgreSQL, products, \"products\"",
                "PostgreSQL, shop.products, \"shop\".\"products\"",
                "PostgreSQL, shop.a.b, \"shop\".\"a.b\"",
                "MariaDB, shop.products, `shop`.`products`"
            })
    void aSchemaIsQuotedApart(String name, String table, String quoted) {
        assertThat(named(name).quoteQualified(table)).isEqualTo(quoted);
    }

    @ParameterizedTest
    @CsvSource({"PostgreSQL, Stock, stock", "H2, Stock, STOCK", "MariaDB, Stock, Stock"})
    void namesAreFoldedAsTheDatabaseDoes(String name, String written, String stored) {
        assertThat(named(name).fold(written)).isEqualTo(stored);
    }

    @Test
    void anUpsertIsWrittenAsEachDatabaseWantsIt() {
        assertThat(named("PostgreSQL").upsert("s.t", COLUMNS, KEY, "(1, 2, 3)"))
                .isEqualTo("INSERT INTO \"s\".\"t\" (\"shop\", \"item\", \"amount\") VALUES (1, 2, 3)"
                        + " ON CONFLICT (\"shop\", \"item\") DO UPDATE SET \"amount\" = excluded.\"amount\"");
        assertThat(named("PostgreSQL").upsert("t", KEY, KEY, "(1, 2)")).endsWith(" DO NOTHING");
        assertThat(named("MariaDB").upsert("t", COLUMNS, KEY, "(1, 2, 3)"))
                .isEqualTo("INSERT INTO `t` (`shop`, `item`, `amount`) VALUES (1, 2, 3)"
                        + " ON DUPLICATE KEY UPDATE `amount` = VALUES(`amount`)");
        assertThat(named("H2").upsert("t", COLUMNS, KEY, "(1, 2, 3)"))
                .isEqualTo(
                        "MERGE INTO \"t\" (\"shop\", \"item\", \"amount\") KEY (\"shop\", \"item\") VALUES (1, 2, 3)");
    }

    @Test
    void anUpsertNeedsItsKeyAmongItsColumns() {
        assertThatThrownBy(() -> named("H2").upsert("t", COLUMNS, List.of("other"), "(1, 2, 3)"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other");
        assertThatThrownBy(() -> named("MariaDB").upsert("t", COLUMNS, List.of(), "(1, 2, 3)"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDatabaseThatIsNotKnownHasNoUpsert() {
        assertThatThrownBy(() -> named("Oracle").upsert("t", COLUMNS, KEY, "(1, 2, 3)"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("Oracle");
    }
}
