package io.headrace.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class H2TextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'it''s \\ plain', \"x\" -- comment",
                "SELECT 1; SELECT 2",
                "SELECT 'a'; SELECT \"b\" /* c */; SELECT $1",
                "SELECT X'00'; SELECT U&'\\0041'"
            })
    void aTextWithoutHiddenSemicolonsIsLeftAsItIs(String sql) {
        assertThat(H2Text.withoutHiddenSemicolons(sql)).isEqualTo(sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT 'a;b'; SELECT 1 | SELECT U&'a\\003bb'; SELECT 1",
                "SELECT 'it''s;\\' | SELECT U&'it''s\\003b\\\\'",
                "SELECT ';', ';' | SELECT U&'\\003b', U&'\\003b'",
                "SELECT U&'\\0041;' | SELECT U&'\\0041\\003b'",
                "SELECT 1 AS \"a;\"\"b\" | SELECT 1 AS U&\"a\\003b\"\"b\"",
                "SELECT $$it's; \\$$, 2; SELECT 3 | SELECT U&'it''s\\003b \\\\', 2; SELECT 3",
                "SELECT 1 /* a; /* b; */ c; */; SELECT 2 | SELECT 1 /* a  /* b  */ c  */; SELECT 2",
                "SELECT 1 -- a; b | SELECT 1 -- a  b",
                "SELECT 1 // it's; | SELECT 1 // it's"
            })
    void aHiddenSemicolonIsWrittenAsAnEscapeOrLeftOutOfAComment(String sql, String text) {
        assertThat(H2Text.withoutHiddenSemicolons(sql).stripTrailing()).isEqualTo(text);
    }

    @Test
    void aLiteralThatIsNeverClosedStaysSo() {
        assertThat(H2Text.withoutHiddenSemicolons("SELECT 'a;b")).isEqualTo("SELECT U&'a\\003bb");
    }
}
