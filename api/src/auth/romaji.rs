//! Readings in kana as people write them in Latin letters (Hepburn), since passwords are made of such words too.

/// The rows of the syllabary, and how each kana is written.
const ROWS: [(&str, &str); 15] = [
    ("アイウエオ", "a i u e o"),
    ("カキクケコ", "ka ki ku ke ko"),
    ("サシスセソ", "sa shi su se so"),
    ("タチツテト", "ta chi tsu te to"),
    ("ナニヌネノ", "na ni nu ne no"),
    ("ハヒフヘホ", "ha hi fu he ho"),
    ("マミムメモ", "ma mi mu me mo"),
    ("ヤユヨ", "ya yu yo"),
    ("ラリルレロ", "ra ri ru re ro"),
    ("ワヲンヴ", "wa o n vu"),
    ("ガギグゲゴ", "ga gi gu ge go"),
    ("ザジズゼゾ", "za ji zu ze zo"),
    ("ダヂヅデド", "da ji zu de do"),
    ("バビブベボ", "ba bi bu be bo"),
    ("パピプペポ", "pa pi pu pe po"),
];

/// A word of kana in Latin letters, with long vowels as they are spelt and with short ones; nothing for other words.
#[must_use]
pub fn spellings(kana: &str) -> Vec<String> {
    let Some(long) = spelt(kana).filter(|text| !text.is_empty()) else { return Vec::new() };
    let short = long.replace("ou", "o").replace("oo", "o").replace("uu", "u").replace("ee", "e").replace("aa", "a");
    if short == long { vec![long] } else { vec![long, short] }
}

fn spelt(kana: &str) -> Option<String> {
    let mut text = String::new();
    let mut doubled = false;
    for kana in kana.chars().map(as_katakana) {
        let before = text.chars().last();
        match kana {
            'ー' => text.extend(before),
            'ッ' => doubled = true,
            'ャ' | 'ュ' | 'ョ' => {
                // キャ is kya, but シャ is sha.
                text.truncate(text.len() - usize::from(before? == 'i'));
                if !(text.ends_with("sh") || text.ends_with("ch") || text.ends_with('j')) {
                    text.push('y');
                }
                text.push(match kana {
                    'ャ' => 'a',
                    'ュ' => 'u',
                    _ => 'o',
                });
            }
            'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' => {
                text.truncate(text.len() - usize::from(before.is_some_and(|c| "aiueo".contains(c))));
                text.push_str(syllable(char::from_u32(u32::from(kana) + 1)?)?);
            }
            _ => {
                let syllable = syllable(kana)?;
                if std::mem::take(&mut doubled) {
                    text.extend(syllable.chars().next());
                }
                text.push_str(syllable);
            }
        }
    }
    Some(text)
}

fn as_katakana(c: char) -> char {
    if ('ぁ'..='ゖ').contains(&c) { char::from_u32(u32::from(c) + 0x60).unwrap_or(c) } else { c }
}

fn syllable(kana: char) -> Option<&'static str> {
    ROWS.iter().find_map(|(row, written)| written.split(' ').nth(row.chars().position(|c| c == kana)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_spelt_as_people_spell_them() {
        for (kana, expected) in [
            ("アサナギ", &["asanagi"][..]),
            ("あおば", &["aoba"]),
            ("ホケンジョ", &["hokenjo"]),
            ("チュウオウ", &["chuuou", "chuo"]),
            ("シュウナン", &["shuunan", "shunan"]),
            ("キョウト", &["kyouto", "kyoto"]),
            ("サッポロ", &["sapporo"]),
            ("ファミリークリニック", &["famiriikurinikku"]),
            ("ヒャクジュウ", &["hyakujuu", "hyakuju"]),
            ("ティーダ", &["tiida"]),
            ("青葉", &[]),
            ("", &[]),
        ] {
            assert_eq!(spellings(kana), expected, "{kana}");
        }
    }
}
