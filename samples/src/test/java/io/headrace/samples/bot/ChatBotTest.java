package io.headrace.samples.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.redis.ConsumeOptions;
import io.headrace.redis.JobOutcome;
import io.headrace.redis.RedisToolkit;
import io.headrace.test.PostgresServer;
import io.headrace.test.RedisServer;
import io.headrace.test.TestPostgres;
import io.headrace.tx.Transactions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ChatBotTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MESSAGES = 24;

    private final Map<String, String> said = new ConcurrentHashMap<>();
    private final Set<String> refusedOnce = ConcurrentHashMap.newKeySet();
    private TestPostgres postgres;
    private Pool pool;
    private RedisToolkit redis;
    private Database db;

    @BeforeEach
    void open() {
        postgres = PostgresServer.shared().createDatabase("bot");
        pool = Pool.open(postgres.url());
        db = Database.on(pool);
        redis = RedisToolkit.open(RedisServer.shared().url());
    }

    @AfterEach
    void close() {
        redis.close().then(pool.close()).block(LIMIT);
        postgres.drop();
    }

    /** Refuses the first answer to each message, after the count was committed. */
    private Mono<Void> send(String chat, String key, String text) {
        return Mono.defer(() -> {
            if (refusedOnce.add(key)) {
                return Mono.error(new IllegalStateException("The chat service is busy."));
            }
            said.put(key, text);
            return Mono.empty();
        });
    }

    @Test
    void everyMessageIsCountedOnceAlthoughItComesTwiceAndIsAnsweredAtTheSecondAttempt() {
        ChatBot bot = new ChatBot("bot-" + UUID.randomUUID(), redis, db, Transactions.on(db), this::send);
        bot.setUp().block(LIMIT);
        Flux<ChatMessage> messages =
                Flux.range(0, MESSAGES).map(n -> new ChatMessage("m" + n, "chat" + n % 3, "hello"));
        assertThat(bot.receive(messages.concatWith(messages)).distinct().count().block(LIMIT))
                .isEqualTo(MESSAGES);

        ConsumeOptions options = ConsumeOptions.builder()
                .retryDelay(Duration.ofMillis(20), Duration.ofMillis(100))
                .build();
        Flux<JobOutcome<ChatMessage>> twoBots = Flux.merge(bot.answer(options), bot.answer(options));
        StepVerifier.create(twoBots.filter(outcome -> outcome.kind() == JobOutcome.Kind.DONE)
                        .take(MESSAGES))
                .expectNextCount(MESSAGES)
                .expectComplete()
                .verify(LIMIT);

        assertThat(said).hasSize(MESSAGES);
        assertThat(refusedOnce).hasSize(MESSAGES);
        StepVerifier.create(db.sql("SELECT sum(messages)::int FROM counts")
                        .as(Integer.class)
                        .one())
                .expectNext(MESSAGES)
                .verifyComplete();
    }
}
