package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole decision as a table. */
class PropagationTest {

    @ParameterizedTest(name = "{0}: {1} without a transaction, {2} within one")
    @CsvSource({
        "REQUIRED,      BEGIN,  JOIN",
        "REQUIRES_NEW,  BEGIN,  BEGIN_BESIDE",
        "NESTED,        BEGIN,  SET_SAVEPOINT",
        "MANDATORY,     REFUSE, JOIN",
        "SUPPORTS,      PASS,   JOIN",
        "NOT_SUPPORTED, PASS,   PASS_OUTSIDE",
        "NEVER,         PASS,   REFUSE",
    })
    void whatIsDoneFollowsFromThePropagationAndFromWhetherATransactionIsUnderWay(
            Propagation propagation, Step without, Step within) {
        assertThat(propagation.step(false)).isEqualTo(without);
        assertThat(propagation.step(true)).isEqualTo(within);
    }
}
