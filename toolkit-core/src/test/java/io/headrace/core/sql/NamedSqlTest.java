package io.headrace.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.error.ParameterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedSqlTest {

    private static String rendered(String source) {
        return NamedSql.parse(source).render(index -> "$" + (index + 1));
    }

    @Test
    void aNameThatOccursTwiceIsOneParameter() {
        NamedSql sql = NamedSql.parse("SELECT * FROM t WHERE a = :x AND b > :y AND c < :x");

        assertThat(sql.names()).containsExactly("x", "y");
        assertThat(sql.render(index -> "$" + (index + 1)))
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
        NamedSql sql = NamedSql.parse(source);

        assertThat(sql.names()).isEmpty();
        assertThat(sql.render(index -> "$" + index)).isEqualTo(source);
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
        assertThatThrownBy(() -> NamedSql.parse(source))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("begins at position")
                .hasMessageContaining(">>>");
    }
}
