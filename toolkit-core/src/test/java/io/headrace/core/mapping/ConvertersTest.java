package io.headrace.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.DatabaseConfig;
import io.headrace.core.error.MappingException;
import io.headrace.core.error.ParameterException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

@PostgresTest
class ConvertersTest {

    /** A record, which without a converter would be JSON or columns of its own. */
    record Money(long cents) {}

    enum Level {
        LOW,
        HIGH
    }

    record Account(Money balance, Level level, List<Money> history, Optional<Money> limit, @Nullable Money overdraft) {}

    private static final class MoneyConverter implements Converter<Money, Long> {
        @Override
        public Class<Long> columnType() {
            return Long.class;
        }

        @Override
        public Money read(Long cents) {
            if (cents < 0) {
                throw new IllegalArgumentException("owed: " + cents);
            }
            return new Money(cents);
        }

        @Override
        public Long write(Money money) {
            if (money.cents() < 0) {
                throw new IllegalArgumentException("owed: " + money.cents());
            }
            return money.cents();
        }
    }

    private static final class LevelConverter implements Converter<Level, Integer> {
        @Override
        public Class<Integer> columnType() {
            return Integer.class;
        }

        @Override
        public Level read(Integer ordinal) {
            return Level.values()[ordinal];
        }

        @Override
        public Integer write(Level level) {
            return level.ordinal();
        }
    }

    private final Database db;

    ConvertersTest(TestPostgres postgres) {
        this.db = Database.on(
                postgres.connectionFactory(),
                DatabaseConfig.defaults()
                        .withConverter(Money.class, new MoneyConverter())
                        .withConverter(Level.class, new LevelConverter()));
    }

    @Test
    void aTypeOfTheProgramsOwnIsBoundAndReadAloneInListsAndInOptionals() {
        Account account = new Account(
                new Money(5), Level.HIGH, List.of(new Money(1), new Money(2)), Optional.of(new Money(9)), null);

        db.sql("SELECT :balance::int8 AS balance, :level::int4 AS level, :history::int8[] AS history,"
                        + " :limit::int4 AS limit, :overdraft AS overdraft")
                .bindAll(account)
                .as(Account.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(account)
                .verifyComplete();
    }

    @Test
    void itIsAScalarToo() {
        db.sql("SELECT :money + 1")
                .bind("money", new Money(4))
                .as(Money.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(new Money(5))
                .verifyComplete();
    }

    @Test
    void whatItRefusesNamesTheColumnOrTheParameterAndIsTheCause() {
        db.sql("SELECT -4711::int8 AS balance")
                .as(Money.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll("row 1", "column 'balance'", "Money", "converter")
                        .hasMessageNotContaining("4711")
                        .hasRootCauseInstanceOf(IllegalArgumentException.class));
        assertThatThrownBy(() -> db.sql("SELECT :money").bind("money", new Money(-4711)))
                .isInstanceOf(ParameterException.class)
                .hasMessageContainingAll(":money", "converter")
                .hasMessageNotContaining("4711")
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneDatabasesConvertersAreNoOtherDatabases(TestPostgres postgres) {
        Database plain = Database.on(postgres.connectionFactory());

        plain.sql("SELECT 5::int8 AS cents")
                .as(Money.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(new Money(5))
                .verifyComplete();
    }
}
