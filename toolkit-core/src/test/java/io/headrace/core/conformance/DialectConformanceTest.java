package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class DialectConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends DialectContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends DialectContract {
        OnH2() {
            super(H2Database.create());
        }

        /** Not tried on the others, where it is a field of the protocol: it takes their drivers long. */
        @Test
        void aStatementMayHaveAsManyParametersAsTheDialectSays() {
            String markers = IntStream.range(0, dialect.mostParameters())
                    .mapToObj(dialect::marker)
                    .collect(Collectors.joining(", ", "SELECT count(*) FROM stock WHERE item IN (", ")"));
            Connection connection =
                    Mono.from(database.connectionFactory().create()).block(TestDatabase.LIMIT);
            try {
                Statement statement = connection.createStatement(markers);
                for (int i = 0; i < dialect.mostParameters(); i++) {
                    statement.bind(i, i);
                }
                Mono<Long> count = Flux.from(statement.execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                        .single();

                assertThat(count.block(TestDatabase.LIMIT)).isEqualTo(1);
            } finally {
                Mono.from(connection.close()).block(TestDatabase.LIMIT);
            }
        }
    }

    @Nested
    class OnMariadb extends DialectContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }
    }

    @Nested
    class OnSqlite extends DialectContract {
        OnSqlite() {
            super(SqliteFile.create());
        }
    }
}
