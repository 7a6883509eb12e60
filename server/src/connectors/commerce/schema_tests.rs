//! Is a query valid in a schema? Fields, arguments, variables, fragments and enum values: what a platform would refuse.

use graphql_parser::{
    query::{self, Definition, OperationDefinition, Selection, SelectionSet, Type, Value},
    schema::{self, EnumType, Field, InputValue, ObjectType, TypeDefinition},
};
use std::collections::HashMap;

type Text = String;

struct Schema<'a> {
    objects: HashMap<&'a str, &'a ObjectType<'static, Text>>,
    enums: HashMap<&'a str, &'a EnumType<'static, Text>>,
}

struct Question<'a> {
    schema: Schema<'a>,
    fragments: HashMap<&'a str, &'a query::FragmentDefinition<'static, Text>>,
    variables: HashMap<&'a str, &'a Type<'static, Text>>,
}

/// What the platform would complain of first.
pub fn check(schema: &str, question: &str) -> Result<(), String> {
    let schema = graphql_parser::parse_schema::<Text>(schema).map_err(|e| e.to_string())?.into_static();
    let question = graphql_parser::parse_query::<Text>(question).map_err(|e| e.to_string())?.into_static();
    let mut known = Schema { objects: HashMap::new(), enums: HashMap::new() };
    for definition in &schema.definitions {
        match definition {
            schema::Definition::TypeDefinition(TypeDefinition::Object(o)) => {
                known.objects.insert(&o.name, o);
            }
            schema::Definition::TypeDefinition(TypeDefinition::Enum(e)) => {
                known.enums.insert(&e.name, e);
            }
            _ => {}
        }
    }
    let mut asked = Question { schema: known, fragments: HashMap::new(), variables: HashMap::new() };
    let mut operation = None;
    for definition in &question.definitions {
        match definition {
            Definition::Fragment(f) => {
                asked.fragments.insert(&f.name, f);
            }
            Definition::Operation(OperationDefinition::Query(q)) => operation = Some(q),
            Definition::Operation(_) => return Err("only queries are sent".into()),
        }
    }
    let operation = operation.ok_or("no query")?;
    asked.variables = operation.variable_definitions.iter().map(|v| (v.name.as_str(), &v.var_type)).collect();
    asked.selection(&operation.selection_set, "QueryRoot")
}

fn named<'k>(kind: &'k Type<'_, Text>) -> &'k str {
    match kind {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => named(inner),
    }
}

impl Question<'_> {
    fn selection(&self, set: &SelectionSet<Text>, on: &str) -> Result<(), String> {
        let object = self.schema.objects.get(on).ok_or_else(|| format!("{on} has no fields"))?;
        for item in &set.items {
            match item {
                Selection::Field(field) => {
                    let known = object.fields.iter().find(|f| f.name == field.name);
                    self.field(field, known.ok_or_else(|| format!("{on} has no {}", field.name))?)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    let fragment = self.fragments.get(name).ok_or_else(|| format!("no fragment {name}"))?;
                    let query::TypeCondition::On(of) = &fragment.type_condition;
                    if of != on {
                        return Err(format!("{name} is of {of}, not {on}"));
                    }
                    self.selection(&fragment.selection_set, on)?;
                }
                Selection::InlineFragment(_) => return Err("inline fragments are not looked into".into()),
            }
        }
        Ok(())
    }

    fn field(&self, field: &query::Field<Text>, known: &Field<Text>) -> Result<(), String> {
        let name = &field.name;
        for (argument, value) in &field.arguments {
            let input = known.arguments.iter().find(|a| a.name == *argument);
            self.value(value, input.ok_or_else(|| format!("{name} has no argument {argument}"))?)?;
        }
        let given = |input: &InputValue<Text>| field.arguments.iter().any(|(argument, _)| *argument == input.name);
        let needed = |input: &&InputValue<Text>| matches!(input.value_type, Type::NonNullType(_)) && !given(input);
        if let Some(missing) = known.arguments.iter().find(needed) {
            return Err(format!("{name} needs {}", missing.name));
        }
        let of = named(&known.field_type);
        match (self.schema.objects.contains_key(of), field.selection_set.items.is_empty()) {
            (true, true) => Err(format!("{name} needs fields")),
            (false, false) => Err(format!("{name} has no fields")),
            (true, false) => self.selection(&field.selection_set, of),
            (false, true) => Ok(()),
        }
    }

    fn value(&self, value: &Value<Text>, input: &InputValue<Text>) -> Result<(), String> {
        let wanted = named(&input.value_type);
        let holds = match value {
            Value::Variable(name) => {
                let declared = self.variables.get(name.as_str()).ok_or_else(|| format!("no variable ${name}"))?;
                let optional =
                    matches!(input.value_type, Type::NonNullType(_)) && !matches!(declared, Type::NonNullType(_));
                named(declared) == wanted && !optional
            }
            Value::Int(_) => wanted == "Int",
            Value::Enum(name) => {
                self.schema.enums.get(wanted).is_some_and(|e| e.values.iter().any(|v| v.name == *name))
            }
            Value::Boolean(_) => wanted == "Boolean",
            Value::String(_) => matches!(wanted, "String" | "ID"),
            _ => false,
        };
        if holds { Ok(()) } else { Err(format!("{}: {value} is no {wanted}", input.name)) }
    }
}
