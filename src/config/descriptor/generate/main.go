// Writes ../descriptors.json: the field tables of every message Envoy 1.40 knows.
//
// The Go sources of go-control-plane carry each file's descriptor as one string constant. This program reads those
// constants out of the sources of every module in go.mod, so nothing of the 490 packages has to be compiled, and
// writes them in the compact text form that descriptor_pool.ts reads. Run: go run . > ../descriptors.json
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	_ "cel.dev/expr"
	udpa "github.com/cncf/xds/go/udpa/annotations"
	_ "github.com/cncf/xds/go/xds/annotations/v3"
	"github.com/envoyproxy/go-control-plane/envoy/annotations"
	"github.com/envoyproxy/protoc-gen-validate/validate"
	_ "github.com/prometheus/client_model/go"
	_ "go.opentelemetry.io/proto/otlp/common/v1"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	_ "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Packages whose messages are roots; what they refer to follows. Envoy's older API versions are in the sources too,
// but no longer in Envoy.
var rootPackages = regexp.MustCompile(`^(envoy\..*\.v3(alpha)?|(xds|udpa)\..*)$`)

// Wanted by name: payloads of Any and details of Status.
var rootMessages = []string{
	"google.rpc.Status", "google.protobuf.Any", "google.protobuf.Duration", "google.protobuf.Timestamp",
	"google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue", "google.protobuf.FieldMask",
	"google.protobuf.Empty", "google.protobuf.BoolValue", "google.protobuf.BytesValue",
	"google.protobuf.DoubleValue", "google.protobuf.FloatValue", "google.protobuf.Int32Value",
	"google.protobuf.Int64Value", "google.protobuf.StringValue", "google.protobuf.UInt32Value",
	"google.protobuf.UInt64Value",
}

type message struct {
	proto *descriptorpb.DescriptorProto
	pkg   string
}

type enum struct {
	proto *descriptorpb.EnumDescriptorProto
	pkg   string
}

var (
	messages = map[string]message{}
	enums    = map[string]enum{}
)

func main() {
	log.SetFlags(0)
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "all").Output()
	if err != nil {
		log.Fatal(err)
	}
	for _, dir := range strings.Fields(string(out)) {
		readModule(dir)
	}
	names := reachable()
	index := map[string]int{}
	for position, name := range names {
		index[name] = position
	}
	type table struct {
		Source   string     `json:"source"`
		Packages [][]string `json:"packages"`
	}
	result := table{Source: "github.com/envoyproxy/go-control-plane/envoy v1.40.0"}
	for _, name := range names {
		pkg, body := "", ""
		if m, ok := messages[name]; ok {
			pkg, body = m.pkg, messageText(m.proto, index)
		} else {
			pkg, body = enums[name].pkg, enumText(enums[name].proto)
		}
		last := len(result.Packages) - 1
		if last < 0 || result.Packages[last][0] != pkg {
			result.Packages = append(result.Packages, []string{pkg})
			last++
		}
		result.Packages[last] = append(result.Packages[last], strings.TrimPrefix(name, pkg+"."), body)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		log.Fatal(err)
	}
	log.Printf("%d messages and enums", len(names))
}

// readModule takes the descriptors out of every generated file below dir.
func readModule(dir string) {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".pb.go") {
			return err
		}
		if raw := rawDescriptor(path); raw != "" {
			file := &descriptorpb.FileDescriptorProto{}
			if err := proto.Unmarshal([]byte(raw), file); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			register(file)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
}

// rawDescriptor joins the string literals of the file's `…_rawDesc` constant.
func rawDescriptor(path string) string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		log.Fatal(err)
	}
	for _, declaration := range file.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok || len(value.Names) != 1 || !strings.HasSuffix(value.Names[0].Name, "_rawDesc") {
				continue
			}
			if text, ok := joined(value.Values[0]); ok {
				return text
			}
			if text, ok := byteList(value.Values[0]); ok {
				return text
			}
		}
	}
	return ""
}

func joined(expression ast.Expr) (string, bool) {
	switch node := expression.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(node.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := joined(node.X)
		if !ok {
			return "", false
		}
		right, ok := joined(node.Y)
		return left + right, ok
	case *ast.CallExpr:
		if len(node.Args) == 1 {
			return joined(node.Args[0])
		}
	}
	return "", false
}

// byteList reads the form older generators wrote: []byte{0x0a, …}.
func byteList(expression ast.Expr) (string, bool) {
	list, ok := expression.(*ast.CompositeLit)
	if !ok {
		return "", false
	}
	var text strings.Builder
	for _, element := range list.Elts {
		literal, ok := element.(*ast.BasicLit)
		if !ok {
			return "", false
		}
		value, err := strconv.ParseUint(literal.Value, 0, 8)
		if err != nil {
			return "", false
		}
		text.WriteByte(byte(value))
	}
	return text.String(), true
}

func register(file *descriptorpb.FileDescriptorProto) {
	pkg := file.GetPackage()
	for _, m := range file.MessageType {
		registerMessage(pkg, pkg, m)
	}
	for _, e := range file.EnumType {
		enums[pkg+"."+e.GetName()] = enum{e, pkg}
	}
}

func registerMessage(pkg, scope string, m *descriptorpb.DescriptorProto) {
	name := scope + "." + m.GetName()
	messages[name] = message{m, pkg}
	for _, nested := range m.NestedType {
		registerMessage(pkg, name, nested)
	}
	for _, e := range m.EnumType {
		enums[name+"."+e.GetName()] = enum{e, pkg}
	}
}

// reachable lists, sorted, the roots and all they refer to; map entries are left to their fields.
func reachable() []string {
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		m, ok := messages[name]
		if !ok {
			if _, ok := enums[name]; !ok {
				log.Fatalf("unknown type %s", name)
			}
			seen[name] = true
			return
		}
		if !m.proto.GetOptions().GetMapEntry() {
			seen[name] = true
		}
		for _, field := range m.proto.Field {
			if field.TypeName != nil {
				visit(strings.TrimPrefix(field.GetTypeName(), "."))
			}
		}
	}
	for name, m := range messages {
		if rootPackages.MatchString(m.pkg) && !m.proto.GetOptions().GetMapEntry() {
			visit(name)
		}
	}
	for _, name := range rootMessages {
		visit(name)
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	sort.Slice(names, func(a, b int) bool {
		left, right := packageOf(names[a]), packageOf(names[b])
		if left != right {
			return left < right
		}
		return names[a] < names[b]
	})
	return names
}

func packageOf(name string) string {
	if m, ok := messages[name]; ok {
		return m.pkg
	}
	return enums[name].pkg
}

// enumText is `=NAME number` lines; `!` after the number: deprecated, `!!`: disallowed by default.
func enumText(e *descriptorpb.EnumDescriptorProto) string {
	lines := make([]string, 0, len(e.Value))
	for _, value := range e.Value {
		line := fmt.Sprintf("=%s %d", value.GetName(), value.GetNumber())
		if proto.GetExtension(value.GetOptions(), annotations.E_DisallowedByDefaultEnum).(bool) {
			line += "!!"
		} else if value.GetOptions().GetDeprecated() {
			line += "!"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

var kindLetters = map[descriptorpb.FieldDescriptorProto_Type]string{
	descriptorpb.FieldDescriptorProto_TYPE_DOUBLE: "d", descriptorpb.FieldDescriptorProto_TYPE_FLOAT: "f",
	descriptorpb.FieldDescriptorProto_TYPE_INT32: "i", descriptorpb.FieldDescriptorProto_TYPE_INT64: "I",
	descriptorpb.FieldDescriptorProto_TYPE_UINT32: "u", descriptorpb.FieldDescriptorProto_TYPE_UINT64: "U",
	descriptorpb.FieldDescriptorProto_TYPE_SINT32: "z", descriptorpb.FieldDescriptorProto_TYPE_SINT64: "Z",
	descriptorpb.FieldDescriptorProto_TYPE_FIXED32: "x", descriptorpb.FieldDescriptorProto_TYPE_FIXED64: "X",
	descriptorpb.FieldDescriptorProto_TYPE_SFIXED32: "y", descriptorpb.FieldDescriptorProto_TYPE_SFIXED64: "Y",
	descriptorpb.FieldDescriptorProto_TYPE_BOOL: "t", descriptorpb.FieldDescriptorProto_TYPE_STRING: "s",
	descriptorpb.FieldDescriptorProto_TYPE_BYTES: "b", descriptorpb.FieldDescriptorProto_TYPE_ENUM: "e",
	descriptorpb.FieldDescriptorProto_TYPE_MESSAGE: "m",
}

func typeText(field *descriptorpb.FieldDescriptorProto, index map[string]int) string {
	letter, ok := kindLetters[field.GetType()]
	if !ok {
		log.Fatalf("type of %s: %s", field.GetName(), field.GetType())
	}
	if field.TypeName == nil {
		return letter
	}
	return letter + strconv.Itoa(index[strings.TrimPrefix(field.GetTypeName(), ".")])
}

// messageText is one line a field: `name number type[flags][ rule]…`, then one `|name[!]` line a oneof, `!` = required.
// Type: a kind letter with the index of a message or enum; `%` and a key kind before it: a map.
// Flags: `*` repeated, `|n` member of oneof n, `?` explicit presence, `#` sensitive, `!` deprecated, `!!` disallowed.
func messageText(m *descriptorpb.DescriptorProto, index map[string]int) string {
	entries := map[string]*descriptorpb.DescriptorProto{}
	for _, nested := range m.NestedType {
		if nested.GetOptions().GetMapEntry() {
			entries[nested.GetName()] = nested
		}
	}
	disabled := proto.GetExtension(m.GetOptions(), validate.E_Disabled).(bool) ||
		proto.GetExtension(m.GetOptions(), validate.E_Ignored).(bool)
	fields := append([]*descriptorpb.FieldDescriptorProto{}, m.Field...)
	sort.Slice(fields, func(a, b int) bool { return fields[a].GetNumber() < fields[b].GetNumber() })
	var lines []string
	for _, field := range fields {
		line := fmt.Sprintf("%s %d ", field.GetName(), field.GetNumber())
		typeName := field.GetTypeName()
		entry := entries[typeName[strings.LastIndex(typeName, ".")+1:]]
		if entry != nil && field.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED {
			line += "%" + typeText(entry.Field[0], index) + typeText(entry.Field[1], index)
		} else {
			line += typeText(field, index)
			if field.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED {
				line += "*"
			}
		}
		if field.GetProto3Optional() {
			line += "?"
		} else if field.OneofIndex != nil {
			line += "|" + strconv.Itoa(int(field.GetOneofIndex()))
		}
		options := field.GetOptions()
		if proto.GetExtension(options, udpa.E_Sensitive).(bool) {
			line += "#"
		}
		if proto.GetExtension(options, annotations.E_DisallowedByDefault).(bool) {
			line += "!!"
		} else if options.GetDeprecated() {
			line += "!"
		}
		rules, _ := proto.GetExtension(options, validate.E_Rules).(*validate.FieldRules)
		if rules != nil && !disabled {
			line += ruleText("", rules.ProtoReflect())
		}
		lines = append(lines, line)
	}
	optional := map[int32]bool{}
	for _, field := range fields {
		if field.GetProto3Optional() {
			optional[field.GetOneofIndex()] = true
		}
	}
	for position, oneof := range m.OneofDecl {
		if optional[int32(position)] {
			continue
		}
		line := "|" + oneof.GetName()
		if !disabled && proto.GetExtension(oneof.GetOptions(), validate.E_Required).(bool) {
			line += "!"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// ruleText flattens the rules to ` name=value`; list values are joined with commas, element rules get a prefix.
func ruleText(prefix string, rules protoreflect.Message) string {
	text := ""
	rules.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		name := string(field.Name())
		switch {
		case name == "items" || name == "keys" || name == "values":
			text += ruleText(prefix+name+".", value.Message())
		case field.IsList():
			var parts []string
			for position := 0; position < value.List().Len(); position++ {
				parts = append(parts, scalarText(field, value.List().Get(position)))
			}
			text += " " + prefix + name + "=" + strings.Join(parts, ",")
		case field.Kind() == protoreflect.MessageKind && field.Message().FullName() != "google.protobuf.Duration":
			text += ruleText(prefix, value.Message())
		default:
			text += " " + prefix + name + "=" + scalarText(field, value)
		}
		return true
	})
	parts := strings.Fields(text)
	sort.Strings(parts)
	if len(parts) == 0 {
		return ""
	}
	return " " + strings.Join(parts, " ")
}

func scalarText(field protoreflect.FieldDescriptor, value protoreflect.Value) string {
	switch field.Kind() {
	case protoreflect.MessageKind:
		duration := value.Message().Interface().(*durationpb.Duration)
		return strconv.FormatFloat(duration.AsDuration().Seconds(), 'f', -1, 64)
	case protoreflect.EnumKind:
		return string(field.Enum().Values().ByNumber(value.Enum()).Name())
	case protoreflect.DoubleKind, protoreflect.FloatKind:
		if math.IsInf(value.Float(), 0) {
			return "inf"
		}
		return strconv.FormatFloat(value.Float(), 'g', -1, 64)
	case protoreflect.BytesKind:
		return url.QueryEscape(string(value.Bytes()))
	case protoreflect.StringKind:
		return strings.NewReplacer("%", "%25", " ", "%20", ",", "%2C", "\n", "%0A").Replace(value.String())
	default:
		return fmt.Sprint(value.Interface())
	}
}
