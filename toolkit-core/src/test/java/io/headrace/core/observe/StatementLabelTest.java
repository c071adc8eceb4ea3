package io.headrace.core.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class StatementLabelTest {

    @Test
    void theCallSiteIsTheLineOfTheProgram() {
        StatementLabel label = StatementLabel.describedHere("SELECT 1");

        assertThat(label.callSite())
                .matches("StatementLabelTest\\.theCallSiteIsTheLineOfTheProgram\\(StatementLabelTest\\.java:\\d+\\)");
        assertThat(label).hasToString("statement 'SELECT 1' (first described at " + label.callSite() + ")");
    }

    @Test
    void theCallSiteInALambdaOfAnOperatorIsTheMethodAroundIt() {
        StatementLabel label = Mono.fromSupplier(() -> StatementLabel.describedHere("SELECT 1"))
                .block();

        assertThat(label).isNotNull();
        assertThat(label.callSite())
                .startsWith("StatementLabelTest.theCallSiteInALambdaOfAnOperatorIsTheMethodAroundIt(");
    }

    @Test
    void librariesAreNotTheProgram() {
        List<StatementLabel> labels =
                Stream.of("SELECT 1").map(StatementLabel::describedHere).toList();

        assertThat(labels.get(0).callSite()).startsWith("StatementLabelTest.librariesAreNotTheProgram(");
    }

    @Test
    void aNameStandsForTheText() {
        StatementLabel label = StatementLabel.of("SELECT 1").named("numbers.one");

        assertThat(label).hasToString("statement 'numbers.one'");
        assertThat(label.brief()).isEqualTo("numbers.one");
        assertThat(label.text()).isEqualTo("SELECT 1");
    }

    @Test
    void aBlankNameIsRefused() {
        StatementLabel label = StatementLabel.of("SELECT 1");

        assertThatThrownBy(() -> label.named(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLongTextIsCutInMessages() {
        assertThat(StatementLabel.of("SELECT " + "x".repeat(10_000)).toString())
                .hasSizeLessThan(200)
                .contains("…");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1|SELECT",
                "  update x SET y = 1|UPDATE",
                "-- why\\nSELECT 1|SELECT",
                "/* why */ (SELECT 1)|SELECT",
                "WITH a AS (SELECT 1) SELECT * FROM a|WITH",
                "frobnicate 7|OTHER",
                "-- nothing|OTHER",
                "/* open|OTHER",
                "''|OTHER",
                "COPY products|COPY"
            })
    void theOperationIsTheFirstWordIfItIsAKnownOne(String text, String operation) {
        assertThat(StatementLabel.of(text.replace("\\n", "\n")).operation()).isEqualTo(operation);
    }
}
