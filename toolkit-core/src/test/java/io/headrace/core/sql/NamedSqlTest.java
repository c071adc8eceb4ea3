package io.headrace.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.error.ParameterException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedSqlTest {

    private static NamedSql parse(String source) {
        return NamedSql.parse(source, SqlSyntax.STANDARD);
    }

    private static String rendered(String source) {
        NamedSql sql = parse(source);
        List<String> names = List.copyOf(sql.names());
        StringBuilder text = new StringBuilder(sql.parts().get(0));
        for (int i = 0; i < sql.occurrences().size(); i++) {
            text.append('$')
                    .append(names.indexOf(sql.occurrences().get(i)) + 1)
                    .append(sql.parts().get(i + 1));
        }
        return text.toString();
    }

    @Test
    void aNameThatOccursTwiceIsOneParameter() {
        assertThat(rendered("SELECT * FROM t WHERE a = :x AND b > :y AND c < :x"))
                .isEqualTo("SELECT * FROM t WHERE a = $1 AND b > $2 AND c < $1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ':x'",
                "SELECT 'it''s :x'",
                "SELECT E'it\\'s :x'",
                "SELECT e'\\\\' ':x'",
                "SELECT \":x\"",
                "SELECT \"a\"\":x\"",
                "SELECT $$ :x $$",
                "SELECT $tag$ $$ :x $tag$",
                "SELECT 1 -- :x",
                "SELECT 1 -- :x\n",
                "SELECT /* :x /* nested :y */ :z */ 1",
                "SELECT a::text, b::x FROM t",
                "SELECT a[1:n] FROM t",
                "SELECT a[:2] FROM t",
                "SELECT j ? 'k', j ?| array['a'], j ?& array['b'] FROM t",
                "SELECT a := 1",
                "SELECT 12:30",
                "",
            })
    void whatIsNotCodeHoldsNoParameter(String source) {
        assertThat(parse(source).names()).isEmpty();
        assertThat(rendered(source)).isEqualTo(source);
    }

    @Test
    void parametersBehindLiteralsAndCommentsAreFound() {
        assertThat(rendered("SELECT '--', :a /* ' */, $$'$$, :b -- '\n, :c::text, x[:lo : :hi], t.j->>:k"))
                .isEqualTo("SELECT '--', $1 /* ' */, $$'$$, $2 -- '\n, $3::text, x[$4 : $5], t.j->>$6");
    }

    @Test
    void aDollarInsideAWordOpensNoLiteral() {
        assertThat(rendered("SELECT a$b$c FROM t WHERE x = :y")).isEqualTo("SELECT a$b$c FROM t WHERE x = $1");
    }

    @Test
    void aMarkerOfTheDriverIsLeftAlone() {
        assertThat(rendered("SELECT $1, :x")).isEqualTo("SELECT $1, $1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SELECT 'open", "SELECT \"open", "SELECT /* open /* */", "SELECT $q$ open $$", "SELECT E'\\'"})
    void whatIsLeftOpenIsAnErrorThatShowsWhere(String source) {
        assertThatThrownBy(() -> parse(source))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("begins at position")
                .hasMessageContaining(">>>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'it\\'s :x'",
                "SELECT \"it\\\" :x\"",
                "SELECT `:x`",
                "SELECT 1 # :x",
                "SELECT 1 -- :x",
                "SELECT /* /* :x */ 1",
            })
    void mysqlHasLiteralsAndCommentsOfItsOwn(String source) {
        assertThat(NamedSql.parse(source, SqlSyntax.MYSQL).names()).isEmpty();
    }

    @Test
    void whatOnlyPostgresqlReadsAsALiteralOrCommentIsCodeToMysql() {
        assertThat(NamedSql.parse("SELECT $$ :a $$, 5--:b, /* /* */ :c", SqlSyntax.MYSQL)
                        .names())
                .containsExactly("a", "b", "c");
    }

    @Test
    void bodiesOfRoutinesAreNotCut() {
        String routine =
                "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; CASE b WHEN 1 THEN SELECT 2; END CASE; END";

        assertThat(NamedSql.parse(routine + "; SELECT 3", SqlSyntax.MYSQL).statements())
                .containsExactly(routine, "SELECT 3");
    }

    @Test
    void beginOfATransactionIsAStatementOfItsOwn() {
        assertThat(parse("BEGIN; CREATE TABLE t (a int); END; SELECT 1").statements())
                .containsExactly("BEGIN", "CREATE TABLE t (a int)", "END", "SELECT 1");
    }
}
