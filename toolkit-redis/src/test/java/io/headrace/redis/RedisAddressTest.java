package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.redis.RedisAddress.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {

    @Test
    void everyPartOfAUrlIsRead() {
        RedisAddress address = RedisAddress.parse("rediss://us%40er:p%3Aw+d@cache.example:7000/3");
        assertThat(address.user()).isEqualTo("us@er");
        assertThat(address.password()).isEqualTo("p:w+d");
        assertThat(address.database()).isEqualTo(3);
        assertThat(address.endpoints()).containsExactly(new RedisEndpoint("cache.example", 7000, true));
        assertThat(address.toString()).isEqualTo("cache.example:7000/3");
    }

    @Test
    void severalHostsAreSentinelsOrNodes() {
        RedisAddress sentinels = RedisAddress.parse("redis-sentinel://:pw@s1,s2:5000,[::1]:5001/2?master=my%20master");
        assertThat(sentinels.topology()).isEqualTo(Topology.SENTINEL);
        assertThat(sentinels.master()).isEqualTo("my master");
        assertThat(sentinels.database()).isEqualTo(2);
        assertThat(sentinels.endpoints())
                .containsExactly(
                        new RedisEndpoint("s1", 26379, false),
                        new RedisEndpoint("s2", 5000, false),
                        new RedisEndpoint("::1", 5001, false));
        RedisAddress cluster = RedisAddress.parse("rediss-cluster://u:pw@n1:7001,n2");
        assertThat(cluster.topology()).isEqualTo(Topology.CLUSTER);
        assertThat(cluster.endpoints())
                .containsExactly(new RedisEndpoint("n1", 7001, true), new RedisEndpoint("n2", 6379, true));
        assertThat(sentinels + " " + cluster).doesNotContain("pw");
    }

    @Test
    void aSocketInTheFileSystemHasLoginAndDatabase() {
        RedisAddress plain = RedisAddress.parse("unix:///run/redis.sock");
        assertThat(plain.endpoints()).containsExactly(new RedisEndpoint("/run/redis.sock", 0, false));
        RedisAddress full = RedisAddress.parse("unix://u:pw@/run/redis.sock?db=4");
        assertThat(full.user()).isEqualTo("u");
        assertThat(full.password()).isEqualTo("pw");
        assertThat(full.database()).isEqualTo(4);
        assertThat(full.toString()).isEqualTo("/run/redis.sock/4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:secret@a,b",
                "redis://:secret@a:70000",
                "redis://:secret@a:0",
                "redis://:secret@-a",
                "redis://:secret@a_b",
                "redis://:sec%zzret@a",
                "redis://:secret@a/-1",
                "redis://:secret@a/99999999999",
                "redis://:secret@a#b",
                "redis-sentinel://:secret@a",
                "redis-sentinel://:secret@a?master=",
                "redis-sentinel://:secret@a?name=x",
                "redis-cluster://:secret@a/1",
                "redis-cluster://:secret@a,,b",
                "unix://:secret@",
                "unix://:secret@host/path",
                "unix://:secret@/path?base=1",
                "unix://:secret@/path?db=x"
            })
    void aUrlThatCannotBeUsedIsRefusedWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> RedisAddress.parse(url))
                .isInstanceOf(RedisInputException.class)
                .hasMessageStartingWith("The Redis URL is not usable: ")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void configurationNamesWhatIsWrong() {
        for (String name : List.of("", "two words", "x".repeat(65), "a&b")) {
            assertThatThrownBy(() -> RedisConfig.builder().clientName(name).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("clientName");
        }
        assertThatThrownBy(() -> RedisTls.trusting(java.nio.file.Path.of("/no/such/file")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/no/such/file");
        assertThatThrownBy(() -> RedisConfig.builder().connections(0).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connections");
    }
}
