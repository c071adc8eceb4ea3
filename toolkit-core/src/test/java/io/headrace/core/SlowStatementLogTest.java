package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.test.StepVerifier;

@PostgresTest
class SlowStatementLogTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.headrace.slow-statement");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final TestPostgres postgres;
    private final Database db;

    SlowStatementLogTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(
                postgres.connectionFactory(),
                DatabaseConfig.defaults().withSlowStatementThreshold(Duration.ofMillis(200)));
    }

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        // Opening the first connection takes longer than the threshold.
        db.sql("SELECT 1").as(Integer.class).one().block(LIMIT);
        lines.list.clear();
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    @Test
    void aSlowStatementIsOneLineWithoutValues() {
        db.sql("SELECT 4711 FROM pg_sleep(:seconds)")
                .named("naps.take")
                .bind("seconds", 0.25)
                .as(Integer.class)
                .one()
                .block(LIMIT);

        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage())
                    .matches("statement 'naps\\.take' \\(first described at SlowStatementLogTest\\."
                            + "aSlowStatementIsOneLineWithoutValues\\(SlowStatementLogTest\\.java:\\d+\\)\\) took \\d+ ms"
                            + " \\(threshold 200 ms\\): completed, \\d+ ms wait, \\d+ ms to the first row, 1 rows")
                    .doesNotContain("0.25");
        });
    }

    @Test
    void aFailedOneTellsTheKindOfItsError() {
        db.sql("SELECT 1 / length(pg_sleep(:seconds)::text)")
                .bind("seconds", 0.25)
                .as(Integer.class)
                .one()
                .as(StepVerifier::create)
                .verifyError();

        assertThat(lines.list).singleElement().satisfies(line -> assertThat(line.getFormattedMessage())
                .contains("failed", ", error DATA"));
    }

    @Test
    void aQuickStatementIsNotLogged() {
        Database patient = Database.on(
                postgres.connectionFactory(),
                DatabaseConfig.defaults().withSlowStatementThreshold(Duration.ofMinutes(1)));

        patient.sql("SELECT 1").as(Integer.class).one().block(LIMIT);

        assertThat(lines.list).isEmpty();
    }

    @Test
    void aThresholdThatIsNotPositiveIsRefused() {
        DatabaseConfig config = DatabaseConfig.defaults();

        assertThatThrownBy(() -> config.withSlowStatementThreshold(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
