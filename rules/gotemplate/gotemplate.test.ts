/**
 * What Go's own text/template gives for these templates on these two values (go 1.26), as a table.
 */
import { describe, expect, test } from '@jest/globals';
import type { ProwJob } from '../../domain/prowjob.ts';
import { executeTemplate } from './execute-template.ts';
import { parseTemplate } from './parse-template.ts';
import { prowJobView } from './prowjob-view.ts';
import { TemplateError } from './template-error.ts';
import { goValue } from './value.ts';

const full: Partial<ProwJob> = {
  metadata: { name: 'n', namespace: '', creationTimestamp: '', labels: { b: '2', a: '1' }, annotations: {} },
  spec: {
    type: 'presubmit',
    job: 'j',
    refs: {
      org: 'o',
      repo: 'r',
      base_ref: 'main',
      base_sha: 'ba5e',
      pulls: [
        { number: 5, author: 'ann', sha: 'cafe', title: 'T <x>' },
        { number: 6, author: 'bob', sha: 'beef' },
      ],
    },
    report: true,
  },
  status: { startTime: '2026-08-22T10:00:00Z', state: 'success', build_id: '99' },
};

/** Template, text for the full ProwJob, text for the empty one; undefined: fails there. */
const outputs: [template: string, full: string | undefined, empty: string | undefined][] = [
  ['', '', ''],
  ['plain', 'plain', 'plain'],
  ['{{.Spec.Job}}', 'j', ''],
  ['{{.Name}} {{.ObjectMeta.Name}}', 'n n', ' '],
  ['{{.Spec.Refs.Org}}', 'o', undefined],
  ['{{.Spec.Refs}}', 'main:ba5e,5:cafe,6:beef', '<nil>'],
  ['{{.Spec.ExtraRefs}}', '[]', '[]'],
  ['{{if .Spec.Refs}}a{{else}}b{{end}}', 'a', 'b'],
  ['{{if eq .Spec.Type "presubmit"}}p{{else if eq .Spec.Type "batch"}}b{{else}}c{{end}}', 'p', 'c'],
  ['{{with index .Spec.Refs.Pulls 0}}{{.Number}}{{end}}', '5', undefined],
  ['{{(index .Spec.Refs.Pulls 1).Author}}', 'bob', undefined],
  ['{{range .Spec.Refs.Pulls}}{{.Number}},{{end}}', '5,6,', undefined],
  ['{{range $i, $p := .Spec.Refs.Pulls}}{{$i}}={{$p.SHA}} {{end}}', '0=cafe 1=beef ', undefined],
  ['{{range $p := .Spec.Refs.Pulls}}{{$p.SHA}}{{else}}none{{end}}', 'cafebeef', undefined],
  ['{{range $k, $v := .Labels}}{{$k}}:{{$v}};{{else}}no{{end}}', 'a:1;b:2;', 'no'],
  ['{{range .Labels}}{{.}}{{end}}', '12', ''],
  [
    '{{.Labels.a}}|{{.Labels.zz}}|{{index .Labels "a"}}|{{index .Labels "zz"}}',
    '1|<no value>|1|',
    '<no value>|<no value>||',
  ],
  ['{{range .Spec.Refs.Pulls}}{{if eq .Number 6}}{{break}}{{end}}{{.Number}}{{end}}', '5', undefined],
  ['{{range .Spec.Refs.Pulls}}{{if eq .Number 5}}{{continue}}{{end}}{{.Number}}{{end}}', '6', undefined],
  ['{{range 3}}{{.}}{{end}}', '012', '012'],
  ['{{range $i := 3}}{{$i}}{{end}}', '012', '012'],
  ['{{range 0}}x{{else}}y{{end}}', 'y', 'y'],
  ['{{define "T"}}<{{.}}>{{end}}{{template "T" .Spec.Job}}{{template "T"}}', '<j><<no value>>', '<><<no value>>'],
  ['{{block "B" .Spec}}{{.Job}}{{end}}', 'j', ''],
  ['{{define "T"}} {{end}}{{define "T"}}b{{end}}{{template "T"}}', 'b', 'b'],
  ['{{ .Spec.Job -}}  x', 'jx', 'x'],
  ['a  {{- .Spec.Job}} b', 'aj b', 'a b'],
  ['a \n {{- /* c */ -}} \n b', 'ab', 'ab'],
  ['{{/* c */}}x', 'x', 'x'],
  ['{{- /* c */}}', '', ''],
  ['{{/*c*/ -}}  y', 'y', 'y'],
  ['{{$x := 1}}{{$x}}', '1', '1'],
  ['{{$x := 1}}{{$x = 2}}{{$x}}', '2', '2'],
  ['{{$x := 1}}{{if true}}{{$x = 5}}{{end}}{{$x}}', '5', '5'],
  ['{{$x := 1}}{{range .Spec.Refs.Pulls}}{{$x = .Number}}{{end}}{{$x}}', '6', undefined],
  ['{{$.Spec.Job}}', 'j', ''],
  ['{{with .Spec.Job}}{{$.Name}}-{{.}}{{end}}', 'n-j', ''],
  ['{{1}}', '1', '1'],
  ['{{1.0}}', '1', '1'],
  ['{{1.5}}', '1.5', '1.5'],
  ['{{1e3}}', '1000', '1000'],
  ['{{1e30}}', '1e+30', '1e+30'],
  ['{{0x10}}', '16', '16'],
  ['{{010}}', '8', '8'],
  ['{{0b11}}', '3', '3'],
  ['{{1_000}}', '1000', '1000'],
  ["{{'a'}}", '97', '97'],
  ['{{"a\\tb\\x41\\u00e9"}}', 'a\tbA\u00e9', 'a\tbA\u00e9'],
  ['{{`raw\\n`}}', 'raw\\n', 'raw\\n'],
  ['{{true}}', 'true', 'true'],
  ['{{print nil}}', '<nil>', '<nil>'],
  ['{{print 1 2 "a" "b" 3}}', '1 2ab3', '1 2ab3'],
  ['{{println "a" 1}}', 'a 1\n', 'a 1\n'],
  ['{{-3}}', '-3', '-3'],
  ['{{- 3}}', '3', '3'],
  ['{{+3}}', '3', '3'],
  ['{{.5}}', '0.5', '0.5'],
  ['{{1.e2}}', '100', '100'],
  ['{{0.00001}}', '1e-05', '1e-05'],
  ['{{123456789012345678901234.0}}', '1.2345678901234569e+23', '1.2345678901234569e+23'],
  ['{{1e20}}', '1e+20', '1e+20'],
  ['{{1e21}}', '1e+21', '1e+21'],
  ['{{9223372036854775807}}', '9223372036854775807', '9223372036854775807'],
  ['{{"x" | print}}', 'x', 'x'],
  ['{{"x" | printf "%s-%s" "y"}}', 'y-x', 'y-x'],
  [
    '{{printf "%d %5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%q|%U" 1 2 3 4 5 255 255 8 5 65 65 65}}',
    "1     2|3    |00004|+5|ff|FF|10|101|A|'A'|U+0041",
    "1     2|3    |00004|+5|ff|FF|10|101|A|'A'|U+0041",
  ],
  [
    '{{printf "%s|%10s|%-10s|%.2s|%q|%x|%v" "abc" "abc" "abc" "abc" "a\\"b" "hi" "v"}}',
    'abc|       abc|abc       |ab|"a\\"b"|6869|v',
    'abc|       abc|abc       |ab|"a\\"b"|6869|v',
  ],
  ['{{printf "%d" "x"}}', '%!d(string=x)', '%!d(string=x)'],
  ['{{printf "%s" 1}}', '%!s(int=1)', '%!s(int=1)'],
  ['{{printf "%d"}}', '%!d(MISSING)', '%!d(MISSING)'],
  ['{{printf "a" 1 "b"}}', 'a%!(EXTRA int=1, string=b)', 'a%!(EXTRA int=1, string=b)'],
  ['{{printf "%z" 1}}', '%!z(int=1)', '%!z(int=1)'],
  ['{{printf "%"}}', '%!(NOVERB)', '%!(NOVERB)'],
  ['{{printf "%%"}}', '%', '%'],
  ['{{printf "%t %v" true false}}', 'true false', 'true false'],
  [
    '{{printf "%f|%.2f|%8.3f|%e|%g|%.3g" 1.5 1.234 1.5 1500.0 1e21 1234.5678}}',
    '1.500000|1.23|   1.500|1.500000e+03|1e+21|1.23e+03',
    '1.500000|1.23|   1.500|1.500000e+03|1e+21|1.23e+03',
  ],
  ['{{printf "%T %T %T" 1 "a" 1.5}}', 'int string float64', 'int string float64'],
  ['{{printf "%*d" 5 42}}', '   42', '   42'],
  ['{{printf "%v" .Labels}}', 'map[a:1 b:2]', 'map[]'],
  ['{{printf "%s" .Labels}}', 'map[a:1 b:2]', 'map[]'],
  ['{{printf "%6.2f%%" 12.345}}', ' 12.35%', ' 12.35%'],
  ['{{printf "%#x %#o %#q" 255 8 "a"}}', '0xff 010 `a`', '0xff 010 `a`'],
  ['{{printf "%08.3f|%+.1e|% d" 3.14159 12345.678 7}}', '0003.142|+1.2e+04| 7', '0003.142|+1.2e+04| 7'],
  ['{{len .Spec.Job}}', '1', '0'],
  ['{{len .Labels}}', '2', '0'],
  ['{{len .Spec.Refs.Pulls}}', '2', undefined],
  ['{{len "\u00e9"}}', '2', '2'],
  ['{{slice "abcdef" 1 3}}', 'bc', 'bc'],
  ['{{slice .Spec.Refs.BaseSHA 0 2}}', 'ba', undefined],
  ['{{index "abc" 1}}', '98', '98'],
  ['{{eq 1 1}}', 'true', 'true'],
  ['{{eq 1 2 3 1}}', 'true', 'true'],
  ['{{ne 1 2}}', 'true', 'true'],
  ['{{lt 1 2}}{{le 2 2}}{{gt 1 2}}{{ge 2 2}}', 'truetruefalsetrue', 'truetruefalsetrue'],
  ['{{lt "a" "b"}}', 'true', 'true'],
  ['{{eq true true}}', 'true', 'true'],
  ['{{eq .Spec.Refs nil}}', 'false', 'true'],
  ['{{eq .Labels nil}}', 'false', 'true'],
  ['{{eq .Spec.Refs .Spec.Refs}}', 'true', 'true'],
  ['{{eq .Labels.zz "a"}}', 'false', 'false'],
  ['{{and 1 0 2}}', '0', '0'],
  ['{{or 0 "" "x"}}', 'x', 'x'],
  ['{{or 0 ""}}', '', ''],
  ['{{and false (index .Spec.Refs.Pulls 9)}}', 'false', 'false'],
  ['{{not 0}}', 'true', 'true'],
  ['{{1 | and 0}}', '0', '0'],
  ['{{"" | or "" }}', '', ''],
  ['{{and .Spec.Refs .Spec.Refs.Org}}', 'o', '<nil>'],
  ['{{html "<a href=\'x\'>&\\"" 1}}', '&lt;a href=&#39;x&#39;&gt;&amp;&#34;1', '&lt;a href=&#39;x&#39;&gt;&amp;&#34;1'],
  [
    '{{js "it\'s <b> \\"q\\" = & \\n \u00e9"}}',
    'it\\\'s \\u003Cb\\u003E \\"q\\" \\u003D \\u0026 \\u000A \u00e9',
    'it\\\'s \\u003Cb\\u003E \\"q\\" \\u003D \\u0026 \\u000A \u00e9',
  ],
  ['{{urlquery "a b&c=d/\u00e9~*!()" }}', 'a+b%26c%3Dd%2F%C3%A9~%2A%21%28%29', 'a+b%26c%3Dd%2F%C3%A9~%2A%21%28%29'],
  ['{{urlquery .Spec.Job 1 2}}', 'j1+2', '1+2'],
  ['{{html .Labels.zz}}', '&lt;no value&gt;', '&lt;no value&gt;'],
  ['{{print .Labels.zz}}', '<nil>', '<nil>'],
  ['{{.Labels.zz}}', '<no value>', '<no value>'],
  ['{{.Labels.zz.yy}}', '<no value>', '<no value>'],
  ['{{html .Spec.Refs}}', 'main:ba5e,5:cafe,6:beef', '&lt;nil&gt;'],
  ['{{(.Spec.Job)}}', 'j', ''],
  ['{{(.Spec).Job}}', 'j', ''],
  ['{{(1)}}', '1', '1'],
  ['{{("a")}}', 'a', 'a'],
  ['{{(.Spec.Job | printf "%s!") | len}}', '2', '1'],
  ['{{print (print 1) 2}}', '12', '12'],
  ['{{.Spec.Job|print|}}', 'j', ''],
  ['{{if $x := .Spec.Job}}{{$x}}{{end}}', 'j', ''],
  ['{{with $x := .Spec.Job}}{{$x}}{{.}}{{else}}{{$x}}!{{end}}', 'jj', '!'],
  ['{{with .Spec.Job}}a{{else with .Name}}b{{.}}{{else}}c{{end}}', 'a', 'c'],
  ['{{define "a" }}x{{end}}{{template "a" }}{{template "a" . }}', 'xx', 'xx'],
  ['{{`a\nb`}}', 'a\nb', 'a\nb'],
  ['{{print\n1}}', '1', '1'],
  ['{{if and (eq .Spec.Type "presubmit") (gt (len .Spec.Refs.Pulls) 1)}}many{{end}}', 'many', ''],
  ['{{.Spec.Report}} {{.Spec.MaxConcurrency}}', 'true 0', 'false 0'],
  ['{{if .Spec.Report}}r{{end}}', 'r', ''],
  ['{{range $i, $_ := .Spec.Refs.Pulls}}{{if $i}}, {{end}}{{$i}}{{end}}', '0, 1', undefined],
  ['{{not .Spec.Refs}}', 'false', 'true'],
  ['{{.Spec.Refs.String}}', 'main:ba5e,5:cafe,6:beef', undefined],
  ['{{.Status.PrevReportStates}}', 'map[]', 'map[]'],
  ['{{index .Status.PrevReportStates "a"}}', '', ''],
  ['{{"\u00e9" | len}}', '2', '2'],
  ['{{printf "%c" 128512}}', '\ud83d\ude00', '\ud83d\ude00'],
  ['{{ "x" -}}', 'x', 'x'],
  ['a}}b', 'a}}b', 'a}}b'],
  ['{{.Name}}}', 'n}', '}'],
  ['{{"}}"}}', '}}', '}}'],
  ['{{print "a" | }}', 'a', 'a'],
  ['{{define "x"}}{{end}}{{define "x"}}{{end}}', '', ''],
  ['{{eq (len .Spec.ExtraRefs) 0}}', 'true', 'true'],
  ['{{range $k, $v := .Spec.ExtraRefs}}{{end}}', '', ''],
  ['{{with 0}}a{{else}}b{{end}}', 'b', 'b'],
  ['{{printf "%v" nil}}', '<nil>', '<nil>'],
  ['{{printf "%d" nil}}', '%!d(<nil>)', '%!d(<nil>)'],
  ['{{printf "%s" nil}}', '%!s(<nil>)', '%!s(<nil>)'],
  ['{{printf "%5t|%-7v|" true "ab"}}', ' true|ab     |', ' true|ab     |'],
  ['{{printf "%q" "\u00e9\\n\\x01"}}', '"\u00e9\\n\\x01"', '"\u00e9\\n\\x01"'],
  ['{{printf "%3c|%-3c|" 65 66}}', '  A|B  |', '  A|B  |'],
  ['{{printf "%x" -255}}', '-ff', '-ff'],
  ['{{printf "%[1]d" 3}}', '3', '3'],
  ['{{print .Spec.Refs}}', 'main:ba5e,5:cafe,6:beef', '<nil>'],
  ['{{$x := .Spec}}{{$x.Job}}', 'j', ''],
  ['', '', ''],
  ['{{eq .Labels .Labels}}', undefined, 'true'],
];

/** Parse, but fail on both values. */
const failing = [
  '{{.Foo}}',
  '{{.Spec.Foo}}',
  '{{index .Spec.Refs.Pulls 2}}',
  '{{range $i,$j := 3}}{{$i}}{{end}}',
  '{{range "abc"}}{{.}}{{end}}',
  '{{template "nope"}}',
  '{{nil}}',
  '{{printf 1}}',
  '{{printf}}',
  '{{len 3}}',
  '{{slice "abc" 2 1}}',
  '{{slice "abc" 5}}',
  '{{index "abc" 3}}',
  '{{index .Spec.Refs.Pulls "a"}}',
  '{{index .Labels 1}}',
  '{{index nil 0}}',
  '{{index 3 0}}',
  '{{eq 1 1.0}}',
  '{{eq "a" 1}}',
  '{{eq 1}}',
  '{{eq}}',
  '{{ne 1}}',
  '{{lt 1 "a"}}',
  '{{lt true false}}',
  '{{eq .Spec.Refs "a"}}',
  '{{and}}',
  '{{and true (index .Spec.Refs.Pulls 9)}}',
  '{{not}}',
  '{{not 1 2}}',
  '{{.Spec.Job 1}}',
  '{{1 2}}',
  '{{"a" | .Spec.Job}}',
  '{{(1).Foo}}',
  '{{.Spec .Job}}',
  '{{$x = 1}}',
  '{{print "a"\n}}\n{{.Foo}}',
  '{{call .Spec.Job}}',
  '{{call nil}}',
  '{{call}}',
  '{{range .Spec.Refs}}x{{end}}',
  '{{len .Spec.Refs}}',
  '{{template "x" 1 2}}',
  '{{slice .Spec.Refs.Pulls 1 2 1}}',
  '{{"a" "b"}}',
];

/** Do not parse. */
const rejected = [
  '{{break}}',
  '{{define "T"}}a{{end}}{{define "T"}}b{{end}}',
  '{{if true}}{{define "T"}}x{{end}}{{end}}',
  '{{define "T"}}',
  '{{end}}',
  '{{else}}',
  '{{if}}x{{end}}',
  '{{if .Spec}}',
  '{{.Spec',
  '{{.Spec}',
  '{{/* c }}',
  '{{/* c */ }}',
  '{{nope}}',
  '{{$x}}',
  '{{if true}}{{$x := 1}}{{end}}{{$x}}',
  '{{089}}',
  "{{'ab'}}",
  '{{"a\\q"}}',
  '{{18446744073709551616}}',
  '{{.Spec.Job | 1}}',
  '{{print(1)}}',
  '{{()}}',
  '{{(}}',
  '{{)}}',
  '{{|.}}',
  '{{1.Foo}}',
  '{{"a".Foo}}',
  '{{..}}',
  '{{.Spec..Job}}',
  '{{.Spec.Job.}}',
  '{{. Spec}}',
  '{{nil.Foo}}',
  '{{true.x}}',
  '{{.Spec.Job!}}',
  '{{a=b}}',
  '{{$x, $y := 1}}',
  '{{range $x, $y, $z := .Labels}}{{end}}',
  '{{range $x, 1 := .Labels}}{{end}}',
  '{{with .Name}}a{{else if .Name}}b{{end}}',
  '{{range .Labels}}a{{else if true}}b{{end}}',
  '{{if true}}a{{else}}b{{else}}c{{end}}',
  '{{if true}}a{{else with .Name}}b{{end}}',
  '{{range break}}{{end}}',
  '{{range .Labels}}{{template "T"}}{{end}}{{define "T"}}{{break}}{{end}}',
  '{{define T}}{{end}}',
  '{{template .Name}}',
  '{{block "x"}}{{end}}',
  '{{"a\nb"}}',
  '{{@}}',
  '{{\u00e9}}',
  '{{-"x"}}',
  '{{"x"-}}',
  '{{3-}}',
  '{{.Name-}}',
  '{{  }}',
  '{{}}',
  '{{if .Name}}{{.Name}}{{end}}{{',
  '{{{.Name}}}',
  '{{range $i := .Spec.Refs.Pulls}}{{$j := $i}}{{end}}{{$j}}',
  '{{"a""b"}}',
  '{{.Name"b"}}',
  '{{print"b"}}',
  '{{break 1}}',
  '{{range 2}}{{break}}{{end}}{{continue}}',
];

function run(text: string, job: Partial<ProwJob>): string | undefined {
  const template = parseTemplate(text);
  try {
    return executeTemplate(template, prowJobView(job));
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
    return undefined;
  }
}

describe('templates on ProwJobs give what Go gives', () => {
  test.each(outputs)('%j', (text, onFull, onEmpty) => {
    expect([run(text, full), run(text, {})]).toEqual([onFull, onEmpty]);
  });

  test.each(failing)('%j fails', (text) => {
    expect([run(text, full), run(text, {})]).toEqual([undefined, undefined]);
  });

  test.each(rejected)('%j does not parse', (text) => {
    expect(() => parseTemplate(text)).toThrow(TemplateError);
  });
});

describe('errors', () => {
  test('a parse error names line and reason', () => {
    expect(() => parseTemplate('a\nb {{nope}}')).toThrow('template line 2: function "nope" not defined');
  });

  test('an execution error names line and field', () => {
    const template = parseTemplate('\n\n{{.Spec.Nope}}');

    expect(() => executeTemplate(template, prowJobView({}))).toThrow(
      "template line 3: can't evaluate field Nope in type v1.ProwJobSpec",
    );
  });

  test('an endless template is given up', () => {
    const loop = parseTemplate('{{range 1000000000}}{{range 1000000000}}{{end}}{{end}}');
    const recursion = parseTemplate('{{define "T"}}{{template "T"}}{{end}}{{template "T"}}');

    expect(() => executeTemplate(loop, undefined)).toThrow('takes too many steps');
    expect(() => executeTemplate(recursion, undefined)).toThrow('deep');
  });

  test('absurd nesting is refused instead of overflowing the stack', () => {
    expect(() => parseTemplate(`{{${'('.repeat(50_000)}`)).toThrow('nested more than');
    expect(() => parseTemplate('{{if .X}}'.repeat(50_000))).toThrow('nested more than');
    expect(() => parseTemplate(`{{if .X}}${'{{else if .X}}'.repeat(50_000)}`)).toThrow('nested more than');
  });
});

describe('other data', () => {
  test('own functions and plain JSON', () => {
    const upper = (value: unknown) => String(value).toUpperCase();
    const template = parseTemplate('{{range .names}}{{upper .}}{{end}}{{.count}}', { upper });

    expect(executeTemplate(template, goValue({ names: ['a', 'b'], count: 2 }))).toBe('AB2');
  });

  test('methods, times, durations and foreign objects of a ProwJob', () => {
    const job: Partial<ProwJob> = {
      ...full,
      spec: {
        type: 'periodic',
        job: 'j',
        decoration_config: { timeout: '2h0m0s', skip_cloning: true },
        pod_spec: { containers: [{ name: 'c', image: 'img', workingDir: '/w' }], serviceAccountName: 'sa' },
      },
    };

    expect(run('{{.Status.StartTime}} {{.Spec.DecorationConfig.Timeout}} {{.ClusterAlias}} {{.Complete}}', job)).toBe(
      '2026-08-22 10:00:00 +0000 UTC 2h0m0s default false',
    );
    expect(run('{{.Spec.PodSpec.ServiceAccountName}} {{(index .Spec.PodSpec.Containers 0).WorkingDir}}', job)).toBe(
      'sa /w',
    );
    expect(run('{{if .Spec.DecorationConfig.SkipCloning}}{{.Spec.DecorationConfig.SkipCloning}}{{end}}', job)).toBe(
      'true',
    );
  });
});
