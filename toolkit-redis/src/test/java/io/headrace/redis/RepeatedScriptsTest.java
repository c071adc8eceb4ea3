package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.redis.CacheStore.Mode;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Scripts that are sent again when the connection was lost before their reply: the second time does no harm. */
@RedisTest
class RepeatedScriptsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestRedis server;
    private final String key;
    private ToolkitScope scope;
    private LeaseStore leases;
    private CacheStore cache;

    RepeatedScriptsTest(TestRedis server) {
        this.server = server;
        this.key = server.keyPrefix() + "repeated:a";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        scope = ToolkitScope.open(server.url());
        Commands commands = scope.redis().commands();
        leases = new LeaseStore(commands, Duration.ofSeconds(60));
        cache = new CacheStore(
                commands, CommandLimit.ofTolerant(LIMIT), Timing.system(), server.keyPrefix() + "repeated");
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LIMIT));
    }

    @Test
    void aLeaseIsGrantedAgainToItsHolderUnderALargerNumber() {
        LeaseStore.Grant first = now(leases.acquire(key, "mine"));
        LeaseStore.Grant second = now(leases.acquire(key, "mine"));
        assertThat(first.granted() && second.granted()).isTrue();
        assertThat(second.number()).isGreaterThan(first.number());
        assertThat(now(leases.acquire(key, "other")).granted()).isFalse();
    }

    @Test
    void aReleaseKnowsItsRepetitionAndHarmsNobodyElse() {
        long fencing = now(leases.acquire(key, "mine")).number();
        assertThat(now(leases.release(key, "mine", fencing))).isTrue();
        assertThat(now(leases.release(key, "mine", fencing))).isTrue();
        LeaseStore.Grant other = now(leases.acquire(key, "other"));
        assertThat(other.granted()).isTrue();
        assertThat(now(leases.release(key, "mine", fencing))).isFalse();
        assertThat(now(leases.extend(key, "mine"))).isFalse();
        assertThat(now(leases.extend(key, "other"))).isTrue();
    }

    @Test
    void aCacheLeaseIsGrantedAgainAndFilledOnce() {
        byte[] token = cache.newToken();
        for (Mode mode : new Mode[] {Mode.FILL, Mode.FILL, Mode.TAKE}) {
            assertThat(now(cache.lease(key, 1, token, LIMIT, mode, null)).state())
                    .isEqualTo(CacheScripts.GRANTED);
        }
        assertThat(now(cache.lease(key, 1, cache.newToken(), LIMIT, Mode.FILL, null))
                        .state())
                .isEqualTo(CacheScripts.DENIED);
        CacheTimes times = new CacheTimes(60_000, 60_000, 1);
        assertThat(now(cache.fill(key, token, CacheEntry.VALUE, times, new byte[] {1})))
                .isTrue();
        assertThat(now(cache.fill(key, token, CacheEntry.VALUE, times, new byte[] {2})))
                .isFalse();
        byte[] next = cache.newToken();
        for (int i = 0; i < 2; i++) {
            assertThat(now(cache.lease(key, 1, next, LIMIT, Mode.REFRESH, null)).state())
                    .isEqualTo(CacheScripts.GRANTED);
        }
        assertThat(now(cache.release(key, next, false))).isTrue();
        assertThat(now(cache.release(key, next, false))).isFalse();
        CacheEntry kept = now(cache.lease(key, 1, cache.newToken(), LIMIT, Mode.FILL, null))
                .answer();
        assertThat(Objects.requireNonNull(kept).payload()).containsExactly(1);
    }
}
