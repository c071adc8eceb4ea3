package io.headrace.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Texts put together of pieces whose meaning is known, in any order and with any filling. */
class NamedSqlPropertyTest {

    /** A piece of text and the parameter that it is, if it is one. */
    record Piece(String text, String parameter) {
        static Piece code(String text) {
            return new Piece(text, null);
        }
    }

    private static final Arbitrary<String> WORDS =
            Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(6);

    /** Everything that could be mistaken for code, but nothing that closes the quotes it is put into. */
    private static final Arbitrary<String> TRICKY = Arbitraries.of(
                    ":x", ";", "::", "--", "?", "[1:n]", "/", "$", " ", "\n", "ü", "#", "BEGIN", "IN (:y)")
            .list()
            .ofMaxSize(6)
            .map(parts -> String.join("", parts));

    @Provide
    Arbitrary<Piece> pieces() {
        return Arbitraries.oneOf(
                WORDS.map(name -> new Piece(":" + name, name)),
                WORDS.map(Piece::code),
                TRICKY.map(inside -> Piece.code("'" + inside + "''" + inside + "'")),
                TRICKY.map(inside -> Piece.code("E'" + inside + "\\'" + inside + "'")),
                TRICKY.map(inside -> Piece.code('"' + inside + "\"\"" + inside + '"')),
                TRICKY.map(inside -> Piece.code("$t$" + inside + "$$" + inside + "$t$")),
                TRICKY.map(inside -> Piece.code("-- " + inside.replace('\n', ' ') + "\n")),
                TRICKY.map(inside -> Piece.code("/* " + inside + " /* " + inside + " */ ' */")),
                WORDS.map(type -> Piece.code("x::" + type)),
                Arbitraries.of("a[1:n]", "?", "?|", "?&", "->>", "1.5", "(", ")", ",", ":=", "a := b", "<@", "#>")
                        .map(Piece::code));
    }

    @Provide
    Arbitrary<List<Piece>> texts() {
        return pieces().list().ofMaxSize(30);
    }

    @Property(tries = 2_000)
    void exactlyTheParametersAreFoundAndNothingElseIsTouched(@ForAll("texts") List<Piece> pieces) {
        String source = joined(pieces);

        NamedSql sql = NamedSql.parse(source, SqlSyntax.STANDARD);

        assertThat(sql.occurrences())
                .isEqualTo(pieces.stream()
                        .map(Piece::parameter)
                        .filter(name -> name != null)
                        .toList());
        StringBuilder again = new StringBuilder(sql.parts().get(0));
        for (int i = 0; i < sql.occurrences().size(); i++) {
            assertThat(source.substring(sql.positions().get(i)))
                    .startsWith(":" + sql.occurrences().get(i));
            again.append(':')
                    .append(sql.occurrences().get(i))
                    .append(sql.parts().get(i + 1));
        }
        assertThat(again).hasToString(source);
    }

    @Property(tries = 1_000)
    void aScriptIsCutAtItsOwnSemicolonsOnly(@ForAll("scripts") List<List<Piece>> statements) {
        List<String> texts = statements.stream()
                .map(NamedSqlPropertyTest::joined)
                .map(text -> "SELECT 1 " + text)
                .toList();

        NamedSql sql = NamedSql.parse(String.join(";", texts), SqlSyntax.STANDARD);

        assertThat(sql.statements()).isEqualTo(texts.stream().map(String::strip).toList());
    }

    @Provide
    Arbitrary<List<List<Piece>>> scripts() {
        Arbitrary<List<Piece>> withoutParameters =
                pieces().filter(piece -> piece.parameter() == null).list().ofMaxSize(8);
        return withoutParameters.list().ofMinSize(1).ofMaxSize(5);
    }

    @Property(tries = 500)
    void aListPlaceIsFoundWhateverStandsAround(
            @ForAll("texts") List<Piece> before,
            @ForAll("texts") List<Piece> after,
            @ForAll("operators") String operator) {
        String head = joined(before) + " x ";
        NamedSql sql = NamedSql.parse(head + operator + ":list )" + joined(after), SqlSyntax.STANDARD);
        int occurrence =
                (int) before.stream().filter(piece -> piece.parameter() != null).count();

        assertThat(sql.lists())
                .contains(new ListPlace(
                        occurrence,
                        operator.length(),
                        2,
                        operator.toUpperCase(Locale.ROOT).startsWith("NOT")));
    }

    @Provide
    Arbitrary<String> operators() {
        return Combinators.combine(
                        Arbitraries.of("", "NOT ", "not\n"),
                        Arbitraries.of("IN", "in"),
                        Arbitraries.of("(", " (", " /* ; */ ( "))
                .as((not, in, open) -> not + in + open);
    }

    private static String joined(List<Piece> pieces) {
        List<String> texts = new ArrayList<>();
        pieces.forEach(piece -> texts.add(piece.text()));
        return String.join(" ", texts);
    }
}
