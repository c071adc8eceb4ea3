package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When a value that was asked for may be kept, and for how long it may be given. */
class NearCachePlacesTest {

    private static final long LONG = Duration.ofHours(1).toNanos();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final Timing timing = new Timing(clock, () -> 0.5);
    private final NearCache<String> cache = new NearCache<>(
            "n",
            NearCacheConfig.of(10).withMaximumAge(Duration.ofSeconds(30)).withMaximumDelay(Duration.ofSeconds(2)),
            timing,
            listener -> {});

    @BeforeEach
    void begin() {
        cache.proven(timing.nanos());
        cache.began();
    }

    private NearCache<String>.Place place(String key) {
        return Objects.requireNonNull(cache.reserve(key, key));
    }

    private boolean has(String key) {
        return cache.get(key) != null;
    }

    @Test
    void aValueIsKept() {
        place("n:a").keep("1", LONG);
        assertThat(cache.get("n:a")).extracting(NearCache.Entry::value).isEqualTo("1");
        assertThat(has("n:b")).isFalse();
    }

    @Test
    void aChangeBetweenQuestionAndAnswerLeavesNothing() {
        NearCache<String>.Place place = place("n:a");
        cache.changed("n:a");
        place.keep("old", LONG);
        assertThat(has("n:a")).isFalse();
        place("n:a").keep("new", LONG);
        assertThat(has("n:a")).isTrue();
        cache.changed("n:a");
        assertThat(has("n:a")).isFalse();
    }

    @Test
    void aGenerationAFlushOrALossBetweenLeavesNothing() {
        NearCache<String>.Place first = place("n:a");
        cache.changed("{n}:generation");
        first.keep("old", LONG);
        assertThat(has("n:a")).isFalse();
        NearCache<String>.Place second = place("n:a");
        cache.allChanged();
        second.keep("old", LONG);
        assertThat(has("n:a")).isFalse();
        NearCache<String>.Place third = place("n:a");
        cache.ended();
        third.keep("old", LONG);
        assertThat(cache.reserve("n:a", "n:a")).isNull();
        cache.began();
        third.keep("old", LONG);
        assertThat(has("n:a")).isFalse();
    }

    @Test
    void nothingIsGivenWithoutAFreshProof() {
        place("n:a").keep("1", LONG);
        clock.advanceTimeBy(Duration.ofMillis(1_999));
        assertThat(has("n:a")).isTrue();
        clock.advanceTimeBy(Duration.ofMillis(2));
        assertThat(has("n:a")).isFalse();
        cache.proven(timing.nanos());
        assertThat(has("n:a")).isTrue();
    }

    @Test
    void anEntryEndsAtItsAgeOrAtTheEndOfItsFreshness() {
        place("n:a").keep("1", LONG);
        place("n:b").keep("1", Duration.ofSeconds(1).toNanos());
        place("n:c").keep("1", 0);
        assertThat(has("n:c")).isFalse();
        clock.advanceTimeBy(Duration.ofMillis(1_001));
        assertThat(has("n:a")).isTrue();
        assertThat(has("n:b")).isFalse();
        clock.advanceTimeBy(Duration.ofSeconds(30));
        cache.proven(timing.nanos());
        assertThat(has("n:a")).isFalse();
        assertThat(cache.snapshot().entries()).isZero();
    }
}
