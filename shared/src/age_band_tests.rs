use super::*;

fn counts(json: &str) -> Result<BandCounts, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn the_row_of_the_source_sums_to_10117() {
    let row = BandCounts::new([0, 0, 0, 10_000, 2, 2, 2, 3, 0, 0, 7, 1, 0, 100]).expect("in range");
    assert_eq!(row.total(), 10_117);
}

#[test]
fn the_wire_form_has_all_fourteen_keys_in_order_and_comes_back() {
    let row = BandCounts::new(std::array::from_fn(|i| u32::try_from(i).expect("small"))).expect("in range");
    let json = serde_json::to_string(&row).expect("serializes");
    assert!(json.starts_with(r#"{"age_0":0,"age_1_4":1,"#) && json.ends_with(r#""unknown":13}"#), "{json}");
    assert_eq!(counts(&json), Ok(row));
}

#[test]
fn a_missing_an_unknown_a_doubled_and_an_impossible_band_are_refused() {
    let whole = serde_json::to_string(&BandCounts::ZERO).expect("serializes");
    let cases = [
        (whole.replace(r#","unknown":0"#, ""), "missing field `unknown`"),
        (whole.replace("age_0", "age_00"), "unknown field `age_00`"),
        (whole.replace(r#""unknown":0"#, r#""unknown":0,"age_0":1"#), "duplicate field `age_0`"),
        (whole.replace(r#""age_0":0"#, r#""age_0":-1"#), "a whole number from 0 to 99999"),
        (whole.replace(r#""age_0":0"#, r#""age_0":100000"#), "a whole number from 0 to 99999"),
        (whole.replace(r#""age_0":0"#, r#""age_0":1.5"#), "invalid type"),
        (whole.replace(r#""age_0":0"#, r#""age_0":"1""#), "invalid type"),
    ];
    for (json, expected) in cases {
        let error = counts(&json).expect_err(&json);
        assert!(error.contains(expected), "{json}: {error}");
    }
}

#[test]
fn a_difference_leads_from_one_set_of_counts_to_the_other() {
    let from = BandCounts::new([5; AgeBand::COUNT]).expect("in range");
    let mut sums = BandSums::from(&from);
    sums.add_deltas(&BandDeltas::between(&from, &BandCounts::ZERO));
    assert!(sums.is_zero());
}
