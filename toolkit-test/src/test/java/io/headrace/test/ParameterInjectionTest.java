package io.headrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@PostgresTest
@RedisTest
class ParameterInjectionTest {

    private static String database = "";
    private static String prefix = "";
    private final TestPostgres postgres;

    ParameterInjectionTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @BeforeAll
    static void remember(TestPostgres postgres, TestRedis redis) {
        database = postgres.database();
        prefix = redis.keyPrefix();
        postgres.execute("CREATE TABLE seen (name text)");
    }

    @BeforeEach
    void write(TestPostgres postgres) {
        postgres.execute("INSERT INTO seen VALUES ('each')");
    }

    @Test
    void oneDatabaseAndOnePrefixServeTheWholeClass(TestPostgres postgres, TestRedis redis) {
        assertThat(postgres.database()).isEqualTo(database).contains("parameterinjectiontest");
        assertThat(this.postgres).isSameAs(postgres);
        assertThat(postgres.queryLong("SELECT count(*) FROM seen")).isPositive();
        assertThat(redis.keyPrefix()).isEqualTo(prefix).contains("parameterinjectiontest");
    }

    @Nested
    class InAClassWithin {

        @Test
        void theDatabaseIsTheSame(TestPostgres postgres) {
            assertThat(postgres.database()).isEqualTo(database);
            assertThat(postgres.queryString("SELECT current_database()")).isEqualTo(database);
        }
    }
}
