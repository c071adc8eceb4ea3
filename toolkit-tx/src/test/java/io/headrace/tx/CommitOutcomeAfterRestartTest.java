package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.Scope;
import io.headrace.core.connection.ScopeEnds;
import io.headrace.core.connection.Sessions;
import io.headrace.core.dialect.CommitOutcome;
import io.headrace.core.dialect.CommitQuestion;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A server that is killed while COMMIT runs, and asked when it is back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class CommitOutcomeAfterRestartTest {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private PostgresServer server;
    private TestPostgres postgres;
    private Sessions sessions;

    @BeforeAll
    void start() {
        server = PostgresServer.start();
        postgres = server.createDatabase("restart");
        sessions = Database.on(ConnectionFactories.get(postgres.url())).sessions();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void createNotes() {
        postgres.execute(
                """
                DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 PRIMARY KEY, pause float8 NOT NULL);
                CREATE OR REPLACE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_sleep(NEW.pause); RETURN NULL; END$$;
                CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION dawdle()""");
    }

    private static Mono<Long> insert(String url, double pause) {
        Database db = Database.on(ConnectionFactories.get(url));
        return Transactions.on(db)
                .with(o -> o.commitCheckTimeout(Duration.ofSeconds(60)))
                .run(db.sql("INSERT INTO notes VALUES (1, :pause)")
                        .bind("pause", pause)
                        .update());
    }

    private void awaitCommit() {
        Conditions.await(() -> postgres.backends().stream()
                .anyMatch(backend ->
                        backend.state().equals("active") && backend.query().equals("COMMIT")));
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM notes");
    }

    @Test
    void whatWasNotCommittedWhenTheServerDiedIsRolledBack() {
        StepVerifier.create(insert(postgres.url(), 60))
                .then(this::awaitCommit)
                .then(server::kill)
                .then(server::restart)
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.CONNECTION_LOST))
                .verify(LIMIT);

        assertThat(count()).isZero();
    }

    @Test
    void whatWasCommittedBeforeTheServerDiedIsCommittedThoughNobodyHeardOfIt() {
        try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port())) {
            StepVerifier.create(insert(postgres.urlThrough(proxy), 1))
                    .then(this::awaitCommit)
                    .then(proxy::blackHoleExisting)
                    .then(() -> Conditions.await(() -> count() == 1))
                    .then(server::kill)
                    .then(server::restart)
                    .then(proxy::resetSilent)
                    .expectNext(1L)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    private String markOfCommitted() {
        CommitQuestion question = sessions.dialect().commitQuestion().orElseThrow();
        Database db = Database.on(sessions.connectionFactory());
        return Transactions.on(db)
                .run(db.sql("INSERT INTO notes VALUES (1, 0)")
                        .update()
                        .then(Mono.deferContextual(context -> sessions.current(context)
                                .run(connection -> question.mark(connection))
                                .single())))
                .block(LIMIT);
    }

    private CommitOutcome outcomeOf(Sessions asked, String mark) {
        CommitQuestion question = asked.dialect().commitQuestion().orElseThrow();
        return Scope.mono(
                        asked.open(false),
                        session -> session.run(connection -> question.outcomeOf(connection, mark))
                                .single(),
                        ScopeEnds.always(asked::close))
                .block(LIMIT);
    }

    @Test
    void anIdThatAServerMayHaveGivenAwayAgainIsNotBelieved() {
        server.restart();
        String[] mark = markOfCommitted().split("\\|");

        assertThat(outcomeOf(sessions, String.join("|", mark))).isEqualTo(CommitOutcome.COMMITTED);
        // Another server, or this one before it died, which gave that id to a transaction of which nothing is left.
        assertThat(outcomeOf(sessions, mark[0] + "|1.5|" + mark[2])).isEqualTo(CommitOutcome.UNKNOWN);
        assertThat(outcomeOf(sessions, mark[0] + "|" + mark[1] + "|1.5")).isEqualTo(CommitOutcome.UNKNOWN);

        server.restart();
        assertThat(outcomeOf(sessions, String.join("|", mark))).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(outcomeOf(sessions, "999999999|" + mark[1] + "|" + mark[2])).isEqualTo(CommitOutcome.ROLLED_BACK);
    }

    @Test
    void anyUserMayAsk() {
        String mark = markOfCommitted();
        postgres.execute("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN");
        String url =
                "r2dbc:postgresql://plain@%s:%d/%s".formatted(postgres.host(), postgres.port(), postgres.database());
        Sessions plain = Database.on(ConnectionFactories.get(url)).sessions();

        assertThat(outcomeOf(plain, mark)).isEqualTo(CommitOutcome.COMMITTED);
    }
}
