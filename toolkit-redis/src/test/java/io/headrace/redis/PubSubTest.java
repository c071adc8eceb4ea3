package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.redis.PubSubEvent.Kind;
import io.headrace.redis.PubSubEvent.Message;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@RedisTest
class PubSubTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final TestRedis server;
    private final String channel;

    PubSubTest(TestRedis server) {
        this.server = server;
        this.channel = server.keyPrefix() + "news";
    }

    @Test
    void everyMessageAfterSubscribedArrivesInOrder() {
        int messages = 10_000;
        try (ToolkitScope scope = ToolkitScope.open(server.url())) {
            PubSub<Integer> numbers = scope.redis()
                    .pubSub(Codec.integers(), PubSubConfig.defaults().withBuffer(messages));
            Mono<List<Integer>> received = numbers.subscribe(channel)
                    .doOnNext(event -> {
                        if (event.kind() == Kind.SUBSCRIBED) {
                            Flux.range(0, messages)
                                    .flatMapSequential(i -> numbers.publish(channel, i), 256)
                                    .subscribe();
                        }
                    })
                    .<Integer>handle((event, sink) -> event.payload().ifPresent(sink::next))
                    .take(messages)
                    .collectList();
            StepVerifier.create(received)
                    .assertNext(all -> assertThat(all)
                            .containsExactlyElementsOf(Flux.range(0, messages).toIterable()))
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void aPatternTellsChannelAndPattern() {
        try (ToolkitScope scope = ToolkitScope.open(server.url())) {
            PubSub<String> news = scope.redis().pubSub();
            Flux<Message<String>> messages = news.subscribePattern(channel + ".*")
                    .doOnNext(event -> {
                        if (event.kind() == Kind.SUBSCRIBED) {
                            news.publish(channel + ".other", "näh").subscribe();
                        }
                    })
                    .ofType(Message.class)
                    .map(message -> (Message<String>) message);
            StepVerifier.create(messages.take(1))
                    .assertNext(message -> {
                        assertThat(message.channel()).isEqualTo(channel + ".other");
                        assertThat(message.pattern()).contains(channel + ".*");
                        assertThat(message.value()).isEqualTo("näh");
                    })
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void subscribersOfOneChannelShareOneSubscriptionAndTheLastOneEndsIt() {
        try (ToolkitScope scope = ToolkitScope.open(server.url())) {
            PubSub<String> news = scope.redis().pubSub();
            List<PubSubEvent<String>> first = new ArrayList<>();
            List<PubSubEvent<String>> second = new ArrayList<>();
            Disposable one = news.subscribe(channel, channel + "2").subscribe(first::add);
            Disposable two = news.subscribe(channel).subscribe(second::add);
            Eventually.until("both subscribed", () -> first.size() == 1 && second.size() == 1);
            assertThat(subscribers(channel)).isEqualTo(1);
            StepVerifier.create(news.publish(channel, "a")).expectNext(1L).verifyComplete();
            Eventually.until("both got it", () -> first.size() == 2 && second.size() == 2);
            one.dispose();
            Eventually.until("the channel of its own is left", () -> subscribers(channel + "2") == 0);
            assertThat(subscribers(channel)).isEqualTo(1);
            two.dispose();
            Eventually.until("the shared channel is left", () -> subscribers(channel) == 0);
        }
    }

    @Test
    void comingAndGoingLosesNothingThatWasPublishedAfterSubscribed() {
        try (ToolkitScope scope = ToolkitScope.open(server.url())) {
            PubSub<Integer> numbers = scope.redis().pubSub(Integer.class);
            Mono<Long> rounds = Flux.range(0, 2_000)
                    .flatMap(
                            i -> numbers.subscribe(channel + (i % 3))
                                    .doOnNext(event -> {
                                        if (event.kind() == Kind.SUBSCRIBED) {
                                            numbers.publish(channel + (i % 3), i)
                                                    .subscribe();
                                        }
                                    })
                                    .filter(event -> event.payload()
                                            .filter(value -> value.equals(i))
                                            .isPresent())
                                    .next(),
                            8)
                    .count();
            StepVerifier.create(rounds).expectNext(2_000L).expectComplete().verify(LIMIT);
            Eventually.until(
                    "nothing is left",
                    () -> subscribers(channel + "0") + subscribers(channel + "1") + subscribers(channel + "2") == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(PubSubConfig.Overflow.class)
    void aSlowSubscriberHoldsNoMoreThanItsBufferAndLearnsWhatIsMissing(PubSubConfig.Overflow overflow) {
        try (ToolkitScope scope = ToolkitScope.open(server.url())) {
            PubSub<Integer> numbers = scope.redis()
                    .pubSub(
                            Codec.integers(),
                            PubSubConfig.defaults().withBuffer(3).withOverflow(overflow));
            String own = channel + overflow;
            List<String> events = new ArrayList<>();
            BaseSubscriber<PubSubEvent<Integer>> slow = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                    request(1);
                }

                @Override
                protected void hookOnNext(PubSubEvent<Integer> event) {
                    events.add(event instanceof Message<Integer> message ? "" + message.value() : event.toString());
                }

                @Override
                protected void hookOnError(Throwable error) {
                    events.add(error.getClass().getSimpleName() + error.getMessage());
                }
            };
            List<PubSubEvent<Integer>> fast = new ArrayList<>();
            Disposable second = numbers.subscribe(own).subscribe(fast::add);
            numbers.subscribe(own).subscribe(slow);
            Eventually.until("both subscribed", () -> events.size() == 1 && fast.size() == 1);
            StepVerifier.create(Flux.range(0, 6).concatMap(i -> numbers.publish(own, i)))
                    .expectNextCount(6)
                    .verifyComplete();
            Eventually.until(
                    "all came",
                    () -> fast.stream().filter(e -> e.kind() == Kind.MESSAGE).count() == 6);
            slow.request(3);
            slow.request(10);
            String gap = "Gap[connectionLost=false, dropped=3]";
            if (overflow == PubSubConfig.Overflow.ERROR) {
                assertThat(events)
                        .hasSize(2)
                        .element(1)
                        .asString()
                        .startsWith("RedisOverflowException")
                        .contains("limit 3");
            } else if (overflow == PubSubConfig.Overflow.DROP_OLDEST) {
                assertThat(events).containsExactly("Subscribed[]", gap, "3", "4", "5");
            } else {
                assertThat(events).containsExactly("Subscribed[]", "0", "1", "2", gap);
            }
            slow.cancel();
            second.dispose();
        }
    }

    @Test
    void aMessageOfAnotherTypeEndsTheFluxWithItsChannel() {
        try (ToolkitScope scope = ToolkitScope.open(server.url())) {
            PubSub<Integer> numbers = scope.redis().pubSub(Integer.class);
            StepVerifier.create(numbers.subscribe(channel))
                    .expectNextCount(1)
                    .then(() -> server.command("PUBLISH", channel, "secret"))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisCodecException.class)
                            .hasMessageContaining(channel)
                            .hasMessageNotContaining("secret"))
                    .verify(LIMIT);
            Eventually.until("it is left", () -> subscribers(channel) == 0);
        }
    }

    @Test
    void badInputIsRefusedBeforeAnythingIsSent() {
        try (ToolkitScope scope = ToolkitScope.open("redis://localhost:1")) {
            PubSub<String> news = scope.redis().pubSub();
            StepVerifier.create(news.subscribe()).verifyError(RedisInputException.class);
            StepVerifier.create(news.subscribe("")).verifyError(RedisInputException.class);
            StepVerifier.create(news.subscribePattern("x".repeat(2_000))).verifyError(RedisInputException.class);
            StepVerifier.create(news.publish("", "a")).verifyError(RedisInputException.class);
        }
    }

    @Test
    void closingTheToolkitCompletesSubscribers() {
        RedisToolkit redis = RedisToolkit.open(server.url());
        PubSub<String> news = redis.pubSub();
        StepVerifier.create(news.subscribe(channel))
                .expectNextCount(1)
                .then(() -> redis.close().subscribe())
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(redis.close()).expectComplete().verify(LIMIT);
        StepVerifier.create(news.subscribe(channel))
                .expectError(RedisClosedException.class)
                .verify(LIMIT);
    }

    private int subscribers(String name) {
        return Integer.parseInt(server.command("PUBSUB", "NUMSUB", name).get(1));
    }
}
