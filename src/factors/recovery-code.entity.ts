import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from '../users/user.entity';

/** What lets somebody in once, who has lost their second factor. It is gone once it was used. */
@Entity('recovery_codes')
export class RecoveryCode {
  /** Of whose it is and the code, with a key that the database does not hold. */
  @PrimaryColumn({ length: 64 })
  hash!: string;

  @Index('recovery_codes_user')
  @Column({ name: 'user_id' })
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_recovery_codes_user' })
  user!: Relation<User>;
}
