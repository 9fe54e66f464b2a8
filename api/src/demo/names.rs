//! Words of the fictitious country. No prefecture, city or health center of these names exists; telephone numbers use
//! the exchange 000, which no subscriber has.

/// A name with its reading in katakana.
pub(super) type Name = (&'static str, &'static str);

/// A health center: its name and the town in which it and its institutions stand.
pub(super) struct CenterNames {
    pub(super) center: Name,
    pub(super) town: Name,
    /// The town as an address writes it.
    pub(super) city: &'static str,
    pub(super) institutions: u32,
}

/// A prefecture with its health centers. The codes exist (check digits depend on them), the names don't.
pub(super) struct PrefectureNames {
    pub(super) code: &'static str,
    pub(super) prefecture: Name,
    pub(super) centers: &'static [CenterNames],
}

const fn center(center: Name, town: Name, city: &'static str, institutions: u32) -> CenterNames {
    CenterNames { center, town, city, institutions }
}

pub(super) const MINISTRY: Name = ("保健省（デモ）", "ホケンショウ（デモ）");

pub(super) const PREFECTURES: [PrefectureNames; 3] = [
    PrefectureNames {
        code: "13",
        prefecture: ("蒼葉県", "アオバケン"),
        centers: &[
            center(("蒼葉中央保健所", "アオバチュウオウホケンジョ"), ("朝凪", "アサナギ"), "朝凪市", 8),
            center(("北杜野保健所", "キタモリノホケンジョ"), ("北杜野", "キタモリノ"), "北杜野市", 8),
            center(("夕汐市保健所", "ユウシオシホケンジョ"), ("夕汐", "ユウシオ"), "夕汐市", 7),
        ],
    },
    PrefectureNames {
        code: "27",
        prefecture: ("瑞原県", "ミズハラケン"),
        centers: &[
            center(("瑞原保健所", "ミズハラホケンジョ"), ("瑞原", "ミズハラ"), "瑞原市", 8),
            center(("稲穂野保健所", "イナホノホケンジョ"), ("稲穂野", "イナホノ"), "稲穂野町", 8),
            center(("白鷺川市保健所", "シラサギガワシホケンジョ"), ("白鷺川", "シラサギガワ"), "白鷺川市", 7),
        ],
    },
    PrefectureNames {
        code: "35",
        prefecture: ("汐見浦県", "シオミウラケン"),
        centers: &[
            center(("汐見浦保健所", "シオミウラホケンジョ"), ("汐見浦", "シオミウラ"), "汐見浦市", 7),
            center(("灯台岬保健所", "トウダイミサキホケンジョ"), ("灯台岬", "トウダイミサキ"), "灯台岬町", 7),
        ],
    },
];

pub(super) const FOLLOW_UP_CENTER: Name = ("健康フォローアップセンター", "ケンコウフォローアップセンター");

pub(super) const CALLED: [Name; 20] = [
    ("ひなた", "ヒナタ"),
    ("あおぞら", "アオゾラ"),
    ("こもれび", "コモレビ"),
    ("さざなみ", "サザナミ"),
    ("みかづき", "ミカヅキ"),
    ("つばさ", "ツバサ"),
    ("若草", "ワカクサ"),
    ("花水木", "ハナミズキ"),
    ("白樺", "シラカバ"),
    ("椿", "ツバキ"),
    ("金木犀", "キンモクセイ"),
    ("ほたる", "ホタル"),
    ("七草", "ナナクサ"),
    ("雪割", "ユキワリ"),
    ("朝霧", "アサギリ"),
    ("夕月", "ユウヅキ"),
    ("風待", "カゼマチ"),
    ("星見", "ホシミ"),
    ("月舟", "ツキフネ"),
    ("鈴音", "スズネ"),
];

pub(super) const PRACTICES: [Name; 8] = [
    ("内科クリニック", "ナイカクリニック"),
    ("医院", "イイン"),
    ("ファミリークリニック", "ファミリークリニック"),
    ("小児科", "ショウニカ"),
    ("病院", "ビョウイン"),
    ("耳鼻咽喉科", "ジビインコウカ"),
    ("診療所", "シンリョウジョ"),
    ("呼吸器内科", "コキュウキナイカ"),
];

/// The same name in two towns: lists must tell such apart.
pub(super) const TWINS: Name = ("ひまわり内科クリニック", "ヒマワリナイカクリニック");

/// As long as names get in the register.
pub(super) const LONGEST: Name = (
    "医療法人社団蒼天会附属夕汐総合医療センター内発熱・呼吸器外来ならびに小児夜間救急診療所ひかり分院",
    "イリョウホウジンシャダンソウテンカイフゾクユウシオソウゴウイリョウセンターナイハツネツコキュウキガイライナラビニショウニヤカンキュウキュウシンリョウジョヒカリブンイン",
);

pub(super) const STREETS: [&str; 8] =
    ["ひばり町", "本町通り", "若松台", "港町", "緑が丘東", "寺前", "弥生坂", "大橋際"];

pub(super) const PEOPLE: [&str; 16] = [
    "青木 はるか",
    "石井 直人",
    "上野 みどり",
    "遠藤 健一",
    "大川 さくら",
    "加納 徹",
    "木村 ゆかり",
    "小泉 誠",
    "斉木 陽子",
    "島田 航",
    "杉本 あゆみ",
    "高瀬 浩",
    "千葉 のぞみ",
    "戸田 亮",
    "中原 美穂",
    "西岡 学",
];
