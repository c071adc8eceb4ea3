package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.redis.RedisCommandEnd.Outcome;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.RedisServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;
import reactor.util.context.ContextView;

class RedisListenerTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final class Recorder implements RedisListener {
        final List<String> commands = new CopyOnWriteArrayList<>();
        final List<RedisConnectionEvent> connections = new CopyOnWriteArrayList<>();

        @Override
        public Observer commandStarted(String command, @Nullable String key, ContextView context) {
            return end ->
                    commands.add(command + " " + key + " " + context.getOrDefault("who", "?") + " " + end.outcome());
        }

        @Override
        public void connectionChanged(RedisConnectionEvent event) {
            connections.add(event);
        }
    }

    @Test
    void everyCommandAndConnectionIsToldOnce() {
        Recorder recorder = new Recorder();
        RedisConfig config =
                RedisConfig.builder().connections(1).listener(recorder).build();
        try (RedisServer server = RedisServer.start()) {
            try (ToolkitScope scope = ToolkitScope.open(server.url(), config)) {
                KeyValueStore<Integer> store = scope.redis().keyValues("a", Integer.class);
                StepVerifier.create(store.set("a", 1).contextWrite(c -> c.put("who", "me")))
                        .verifyComplete();
                StepVerifier.create(store.get("none")).verifyComplete();
                server.createKeyspace("x").command("SADD", "a:set", "1");
                StepVerifier.create(store.get("set")).verifyError(RedisReplyException.class);
                server.createKeyspace("x").command("CLIENT", "PAUSE", "300", "ALL");
                Disposable cancelled = store.get("late").subscribe();
                cancelled.dispose();
                assertThat(recorder.commands)
                        .containsExactly(
                                "SET a:a me " + Outcome.ANSWERED,
                                "GET a:none ? " + Outcome.ANSWERED,
                                "GET a:set ? " + Outcome.FAILED,
                                "GET a:late ? " + Outcome.CANCELLED);
                assertThat(scope.redis().snapshot().connections()).isEqualTo(1);
            }
            assertThat(recorder.connections)
                    .extracting(RedisConnectionEvent::kind)
                    .containsExactly(RedisConnectionEvent.Kind.OPENED, RedisConnectionEvent.Kind.CLOSED);
        }
    }

    @Test
    @AllowDroppedErrors
    void aListenerThatThrowsDisturbsNoCommand() {
        RedisListener broken = new RedisListener() {
            @Override
            public Observer commandStarted(String command, @Nullable String key, ContextView context) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void connectionChanged(RedisConnectionEvent event) {
                throw new IllegalStateException("broken");
            }
        };
        RedisConfig config = RedisConfig.builder().listener(broken).build();
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), config)) {
            KeyValueStore<Integer> store = scope.redis().keyValues("a", Integer.class);
            StepVerifier.create(store.set("a", 1).then(store.get("a")))
                    .expectNext(1)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void observationsCarryTheOperationAndTheCodeOfTheError() {
        ObservationRegistry registry = ObservationRegistry.create();
        List<String> stopped = new CopyOnWriteArrayList<>();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStop(Observation.Context context) {
                stopped.add(context.getName() + " " + context.getLowCardinalityKeyValues());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        RedisConfig config = RedisConfig.builder()
                .listener(MicrometerRedisListener.on(registry))
                .build();
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), config)) {
            server.createKeyspace("x").command("SADD", "a:set", "1");
            StepVerifier.create(scope.redis().keyValues("a", String.class).get("set"))
                    .verifyError(RedisReplyException.class);
            assertThat(stopped)
                    .singleElement()
                    .asString()
                    .startsWith("headrace.redis.command")
                    .contains("db.operation.name", "GET", "failed", "WRONGTYPE")
                    .doesNotContain("a:set");
        }
    }
}
