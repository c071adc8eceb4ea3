package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/** Columns that promise digits and do not keep them. */
@Timeout(60)
class DecimalColumnsTest {

    private final SqliteConnectionFactory connections = SqliteConnectionFactory.temporary();
    private final Logger logger = (Logger) LoggerFactory.getLogger(DecimalColumns.class);
    private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();
    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = Sql.open(connections);
        warnings.start();
        logger.addAppender(warnings);
        logger.setAdditive(false);
    }

    @AfterEach
    void close() {
        logger.setAdditive(true);
        logger.detachAppender(warnings);
        Sql.close(connection);
        connections.close().block(Sql.LIMIT);
    }

    private List<String> told() {
        List<String> told = new ArrayList<>();
        // Written by the thread of the connection, before it emitted the row that the test has.
        List.copyOf(warnings.list).forEach(warning -> told.add(warning.getFormattedMessage()));
        return told;
    }

    @Test
    void theDigitsAreLostAndThatIsSaidOncePerColumn() {
        Sql.run(connection, "CREATE TABLE prices (id INTEGER, net DECIMAL(30, 20), gross numeric, note TEXT)");
        String digits = "0.1234567890123456789";
        Sql.run(connection, "INSERT INTO prices VALUES (1, '" + digits + "', 2, '" + digits + "')");

        for (int i = 0; i < 3; i++) {
            assertThat(Sql.query(connection, "SELECT net, gross, " + i + " FROM prices", BigDecimal.class)
                            .blockLast(Sql.LIMIT))
                    .isNotEqualTo(new BigDecimal(digits));
        }

        assertThat(told()).hasSize(2);
        assertThat(told().get(0))
                .contains("'net'", "DECIMAL(30, 20)", "Declare it TEXT")
                .doesNotContain("0.1234");
        assertThat(told().get(1)).contains("'gross'");
    }

    @Test
    void rowsOfReturningAreLookedAtToo() {
        Sql.run(connection, "CREATE TABLE prices (net DECIMAL)");

        Flux.from(connection
                        .createStatement("INSERT INTO prices VALUES (1) RETURNING *")
                        .execute())
                .concatMap(result -> result.map(row -> row.get(0)))
                .blockLast(Sql.LIMIT);

        assertThat(told()).hasSize(1).allSatisfy(text -> assertThat(text).contains("'net'"));
    }

    @Test
    void otherColumnsAreNotWarnedOf() {
        Sql.run(connection, "CREATE TABLE t (a INTEGER, b REAL, c TEXT, d DATE, e BLOB, f, g DOUBLE)");
        Sql.run(connection, "INSERT INTO t VALUES (1, 1, 1, 1, 1, 1, 1)");

        assertThat(Sql.number(connection, "SELECT * FROM t")).isOne();
        assertThat(Sql.number(connection, "SELECT sum(a) FROM t")).isOne();

        assertThat(told()).isEmpty();
    }
}
