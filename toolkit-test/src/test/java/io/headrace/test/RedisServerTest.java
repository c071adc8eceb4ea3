package io.headrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RedisServerTest {

    @Test
    void killedServerRefusesAndComesBackEmptyOnItsPort() {
        try (RedisServer server = RedisServer.start()) {
            TestRedis redis = server.createKeyspace("kill");
            redis.command("SET", redis.keyPrefix() + "a", "1");

            server.kill();
            assertThatThrownBy(() -> redis.command("PING"))
                    .isInstanceOf(TestServerException.class)
                    .hasMessageContaining(":%d", server.port());
            server.restart();

            assertThat(redis.command("GET", redis.keyPrefix() + "a")).containsExactly("(nil)");
            server.restart();
            assertThat(redis.command("PING")).containsExactly("PONG");
        }
    }

    @Test
    void closedServerLeavesNoFolder() {
        RedisServer server = RedisServer.start();
        Path folder = Path.of(
                server.createKeyspace("where").command("CONFIG", "GET", "dir").get(1));
        assertThat(folder).isDirectory();
        server.close();
        server.close();

        assertThat(folder).doesNotExist();
        assertThatThrownBy(server::restart).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sharedServerIsOneAndCanNotBeKilledOrClosed() {
        RedisServer server = RedisServer.shared();
        server.close();

        assertThat(RedisServer.shared()).isSameAs(server);
        assertThat(server.createKeyspace("x").command("PING")).containsExactly("PONG");
        assertThatThrownBy(server::kill)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("RedisServer.start()");
    }

    @Test
    void repliesOfEveryShapeAreRead() {
        TestRedis redis = RedisServer.shared().createKeyspace("replies");
        String list = "{" + redis.keyPrefix() + "}list";
        assertThat(redis.command("RPUSH", list, "one", "", "zwölf")).containsExactly("3");
        assertThat(redis.command("LRANGE", list, "0", "-1")).containsExactly("one", "", "zwölf");
        assertThat(redis.command("EVAL", "return {1,{'a',false},'b'}", "0")).containsExactly("1", "a", "(nil)", "b");
        assertThatThrownBy(() -> redis.command("GET", list))
                .isInstanceOf(TestServerException.class)
                .hasMessageContaining("WRONGTYPE");
        assertThat(redis.keys()).containsExactly(list);

        redis.removeKeys();
        assertThat(redis.keys()).isEmpty();
    }
}
