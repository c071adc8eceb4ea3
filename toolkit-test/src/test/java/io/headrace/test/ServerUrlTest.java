package io.headrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUrlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:postgresql://app:s%40cret%2B@db.example:5433/shop",
                "postgresql://app:s%40cret+@db.example:5433/shop",
            })
    void everyPartOfAPostgresUrlIsKept(String url) {
        PostgresAddress address = PostgresAddress.parse(url);

        assertThat(address).isEqualTo(new PostgresAddress("db.example", 5433, "app", "s@cret+", "shop"));
        assertThat(PostgresAddress.parse(address.url())).isEqualTo(address);
        assertThat(address.toString()).doesNotContain("cret");
    }

    @Test
    void absentPartsOfAPostgresUrlHaveTheDefaultsOfPostgres() {
        assertThat(PostgresAddress.parse("postgres://localhost"))
                .isEqualTo(new PostgresAddress("localhost", 5432, "postgres", "", "postgres"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://localhost",
                "redis://localhost:7000/3",
                "redis://:secret@localhost:7000",
                "redis://app:secret@localhost:7000/3",
            })
    void everyPartOfARedisUrlIsKept(String url) {
        RedisAddress address = RedisAddress.parse(url);

        assertThat(address.url()).isEqualTo(url.endsWith("//localhost") ? url + ":6379" : url);
        assertThat(address.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u:secret@ho st/db",
                "mysql://u:secret@host/db",
                "postgresql://u:secret@host/db?sslmode=require",
                "postgresql:///db",
            })
    void refusedUrlsAreExplainedWithoutTheirPassword(String url) {
        assertThatThrownBy(() -> PostgresAddress.parse(url))
                .isInstanceOf(TestServerException.class)
                .hasMessageContaining(PostgresAddress.SETTING)
                .hasMessageContaining("r2dbc:postgresql://user:password@host:5432/database")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }
}
